/**
 * The peer: @apollo/gateway behind Apollo Server, standalone, as their documentation shows it. The client's
 * authorization goes on to the subgraphs, which is all that it is made to do besides.
 */
import { readFileSync } from 'node:fs';
import { ApolloGateway, RemoteGraphQLDataSource } from '@apollo/gateway';
import { ApolloServer } from '@apollo/server';
import { startStandaloneServer } from '@apollo/server/standalone';

interface Context {
  authorization: string | undefined;
}

const { SUPERGRAPH = '', PORT } = process.env;
const gateway = new ApolloGateway({
  supergraphSdl: readFileSync(SUPERGRAPH, 'utf8'),
  buildService: ({ url }) =>
    new RemoteGraphQLDataSource<Context>({
      ...(url === undefined ? {} : { url }),
      willSendRequest: ({ request, context }) => {
        if (context.authorization) request.http?.headers.set('authorization', context.authorization);
      },
    }),
});
const server = new ApolloServer<Context>({ gateway });
await startStandaloneServer(server, {
  listen: { port: Number(PORT), host: '127.0.0.1' },
  context: async ({ req }) => ({ authorization: req.headers.authorization }),
});
process.on('disconnect', () => process.exit());
