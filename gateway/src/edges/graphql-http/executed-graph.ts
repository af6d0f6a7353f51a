/**
 * What stands behind Apollo Server instead of @apollo/gateway: the same planner with the compiled executor. The server
 * parses, validates and checks the limits of a document; from then on it is known to the operation cache, and the short
 * way (`known-operations.ts`) answers when it comes again.
 */
import type { ApolloServerOptionsWithGateway } from '@apollo/server';
import { AppError } from '@interview/runtime/errors';
import { type FormattedExecutionResult, GraphQLError } from 'graphql';
import { toGraphQLError } from '../../graph/errors.js';
import type { Graph } from '../../graph/graph.js';
import type { OperationCache } from '../../graph/operation-cache.js';
import type { QueryRunner } from '../../graph/query-runner.js';
import type { ViewerContext } from '../../graph/subgraph-source.js';

type ApolloGraph = ApolloServerOptionsWithGateway<ViewerContext>['gateway'];

export function executedGraph(graph: Graph, operations: OperationCache, runner: QueryRunner): ApolloGraph {
  return {
    onSchemaLoadOrUpdate: (loaded) => {
      loaded({ apiSchema: graph.schema, coreSupergraphSdl: graph.supergraphSdl });
      return () => undefined;
    },
    load: async () => ({
      executor: async ({ source, document, request, context }) => {
        try {
          const prepared = operations.prepare(source, document, request.operationName);
          // The server's context, whose type the interface does not carry.
          return asThrown(await runner.execute(prepared, request.variables ?? {}, context as ViewerContext));
        } catch (error) {
          if (error instanceof AppError) return { errors: [toGraphQLError(error)] };
          throw error;
        }
      },
    }),
    // Belongs to whoever loaded it.
    stop: async () => undefined,
  };
}

/** Apollo Server formats errors itself, and takes them as they would be thrown. */
function asThrown({ data, errors, extensions }: FormattedExecutionResult) {
  return {
    ...(data === undefined ? {} : { data }),
    ...(errors ? { errors: errors.map(({ message, ...more }) => new GraphQLError(message, more)) } : {}),
    ...(extensions ? { extensions } : {}),
  };
}
