/**
 * What stands behind Apollo Server instead of @apollo/gateway: the same planner with the compiled executor. The server
 * parses, validates and checks the limits of a document; from then on it is known to the operation cache, and the short
 * way (`known-operations.ts`) answers when it comes again.
 */
import type { ApolloServerOptionsWithGateway } from '@apollo/server';
import { AppError } from '@interview/runtime/errors';
import { type FormattedExecutionResult, GraphQLError } from 'graphql';
import type { CurrentGraph } from '../../graph/current-graph.js';
import { toGraphQLError } from '../../graph/errors.js';
import type { Graph } from '../../graph/graph.js';
import type { QueryEngines } from '../../graph/query-engines.js';
import type { ViewerContext } from '../../graph/subgraph-source.js';

type ApolloGraph = ApolloServerOptionsWithGateway<ViewerContext>['gateway'];

type OnSchema = Parameters<ApolloGraph['onSchemaLoadOrUpdate']>[0];

/** A request carries the schema on which it was validated, and runs on the engine of that graph. */
export function executedGraph(current: CurrentGraph, engines: QueryEngines): ApolloGraph {
  const listeners = new Set<OnSchema>();
  const announce = ({ schema, supergraphSdl }: Graph) => {
    for (const listener of listeners) listener({ apiSchema: schema, coreSupergraphSdl: supergraphSdl });
  };
  return {
    onSchemaLoadOrUpdate: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    load: async () => {
      announce(current.graph);
      current.onChange((next) => () => announce(next));
      return {
        executor: async ({ source, document, request, schema, context }) => {
          const { operations, runner } = engines.of(schema);
          try {
            const prepared = operations.prepare(source, document, request.operationName);
            // The server's context, whose type the interface does not carry.
            return asThrown(await runner.execute(prepared, request.variables ?? {}, context as ViewerContext));
          } catch (error) {
            if (error instanceof AppError) return { errors: [toGraphQLError(error)] };
            throw error;
          }
        },
      };
    },
    // Whoever made the graphs knows when they go.
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
