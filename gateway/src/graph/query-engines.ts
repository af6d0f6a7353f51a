/**
 * What answers queries and mutations on a graph: the operations that are known on it, and what runs them. Each graph has
 * an engine of its own, so that a request runs to its end on the graph on which it was validated, whatever becomes
 * current meanwhile.
 */
import type { GraphQLSchema } from 'graphql';
import type { CurrentGraph } from './current-graph.js';
import type { Graph } from './graph.js';
import { createOperationCache, type OperationCache } from './operation-cache.js';
import { createQueryRunner, type QueryRunner, type QueryRunnerOptions } from './query-runner.js';

export interface QueryEngine {
  graph: Graph;
  operations: OperationCache;
  runner: QueryRunner;
}

export interface QueryEngines {
  /** For a request that begins. */
  current(): QueryEngine;
  /** For a request that was validated on this schema. @throws Error for one that is no graph's */
  of(schema: GraphQLSchema): QueryEngine;
}

export interface QueryEnginesOptions extends QueryRunnerOptions {
  current: CurrentGraph;
  /** Prepares operations on a graph that is about to become current, so that nobody waits for it then. */
  warm: (engine: QueryEngine) => Promise<void>;
}

export function createQueryEngines({ current, warm, ...runnerOptions }: QueryEnginesOptions): QueryEngines {
  /** Kept as long as a request holds the schema. */
  const engines = new WeakMap<GraphQLSchema, QueryEngine>();
  const make = (graph: Graph): QueryEngine => {
    const engine = { graph, operations: createOperationCache(graph), runner: createQueryRunner(graph, runnerOptions) };
    engines.set(graph.schema, engine);
    return engine;
  };
  let engine = make(current.graph);
  current.onChange(async (next) => {
    const prepared = make(next);
    await warm(prepared);
    return () => {
      engine = prepared;
    };
  });
  return {
    current: () => engine,
    of: (schema) => {
      const found = engines.get(schema);
      if (!found) throw new Error('The request was validated on no graph of this gateway.');
      return found;
    },
  };
}
