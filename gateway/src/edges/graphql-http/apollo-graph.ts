/**
 * The current graph as Apollo Server takes it. A request runs to its end on the graph on which it was validated,
 * whatever becomes current meanwhile: each graph has a gateway of its own, and a request carries the schema of its own.
 * (One ApolloGateway that is updated would plan a request on a schema that it was not validated on.)
 */
import type { ApolloServerOptionsWithGateway } from '@apollo/server';
import type { GraphQLSchema } from 'graphql';
import type { CurrentGraph } from '../../graph/current-graph.js';
import type { Graph } from '../../graph/graph.js';
import type { ViewerContext } from '../../graph/subgraph-source.js';

type ApolloGraph = ApolloServerOptionsWithGateway<ViewerContext>['gateway'];
type Execute = NonNullable<Awaited<ReturnType<ApolloGraph['load']>>['executor']>;
type OnSchema = Parameters<ApolloGraph['onSchemaLoadOrUpdate']>[0];

export function apolloGraph(current: CurrentGraph): ApolloGraph {
  /** Kept as long as a request holds the schema. */
  const executes = new WeakMap<GraphQLSchema, Execute>();
  const listeners = new Set<OnSchema>();

  const prepare = async ({ gateway, supergraphSdl }: Graph): Promise<() => void> => {
    const { schema, executor } = await gateway.load();
    executes.set(schema, executor);
    return () => {
      for (const listener of listeners) listener({ apiSchema: schema, coreSupergraphSdl: supergraphSdl });
    };
  };

  return {
    onSchemaLoadOrUpdate: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    load: async () => {
      const announce = await prepare(current.graph);
      announce();
      current.onChange(prepare);
      return {
        executor: async (request) => {
          const execute = executes.get(request.schema);
          if (!execute) throw new Error('The request was validated on no graph of this gateway.');
          return execute(request);
        },
      };
    },
    // Whoever made the graphs closes them.
    stop: async () => undefined,
  };
}
