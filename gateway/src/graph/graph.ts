/**
 * The graph: one supergraph, loaded once: its schemas, Apollo's planner, and the subgraphs that are asked. Whatever else
 * is derived from it (plans, caches, servers) is made by a function of it, so that another graph can take its place.
 */
import { type Schema, Supergraph } from '@apollo/federation-internals';
import { QueryPlanner } from '@apollo/query-planner';
import type { Logger } from '@interview/runtime/log';
import type { GraphQLSchema } from 'graphql';
import { checkScalars } from './scalars.js';
import { type Answering, type CircuitChanged, SubgraphSource } from './subgraph-source.js';

export interface Graph {
  /** The text that it was loaded from. */
  supergraphSdl: string;
  /** What clients see. */
  schema: GraphQLSchema;
  /** The same in the planner's own form. */
  apiSchema: Schema;
  supergraphSchema: GraphQLSchema;
  planner: QueryPlanner;
  sources: Readonly<Record<string, SubgraphSource>>;
  /** For what completes the events of feeds: an event of a round asks what the one before it asked. */
  feedSources: Readonly<Record<string, Answering>>;
  close(): Promise<void>;
}

export interface GraphOptions {
  supergraphSdl: string;
  /** Base address of each subgraph, by its name in the supergraph. */
  subgraphs: Readonly<Record<string, string>>;
  internalKey: string;
  timeoutMs: number;
  circuitChanged?: CircuitChanged;
  log: Logger;
}

/** @throws Error when the supergraph is not valid, or names a subgraph that has no address. */
export function loadGraph(options: GraphOptions): Graph {
  const supergraph = Supergraph.build(options.supergraphSdl);
  const sources: Record<string, SubgraphSource> = {};
  for (const { name } of supergraph.subgraphsMetadata()) {
    const url = options.subgraphs[name];
    if (!url) throw new Error(`The supergraph names a subgraph "${name}", and there is no address for it.`);
    const { internalKey, timeoutMs, circuitChanged, log } = options;
    sources[name] = new SubgraphSource({ name, url, internalKey, timeoutMs, circuitChanged, log });
  }

  const apiSchema = supergraph.apiSchema();
  const schema = apiSchema.toGraphQLJSSchema();
  checkScalars(schema);
  return {
    supergraphSdl: options.supergraphSdl,
    schema,
    apiSchema,
    supergraphSchema: supergraph.schema.toGraphQLJSSchema(),
    planner: new QueryPlanner(supergraph),
    sources,
    feedSources: Object.fromEntries(Object.entries(sources).map(([name, source]) => [name, source.sharing()])),
    close: async () => {
      await Promise.all(Object.values(sources).map((source) => source.close()));
    },
  };
}
