/**
 * The graph: one supergraph, loaded: its schemas, Apollo's planner, and the subgraphs that are asked. A new supergraph
 * is a new graph; whatever is derived from a graph (plans, caches, engines) belongs to it and is made anew for the next
 * (`current-graph.ts` says which one is current). It owns nothing that has to be closed.
 */
import { createHash } from 'node:crypto';
import { type Schema, Supergraph } from '@apollo/federation-internals';
import { QueryPlanner } from '@apollo/query-planner';
import type { GraphQLSchema } from 'graphql';
import { checkScalars } from './scalars.js';
import type { Answering, SubgraphSource } from './subgraph-source.js';
import type { SubgraphSources } from './subgraph-sources.js';

export interface Graph {
  /** The text that it was loaded from. */
  supergraphSdl: string;
  /** Names the supergraph: the beginning of its text's SHA-256. */
  hash: string;
  /** What clients see. */
  schema: GraphQLSchema;
  /** The same in the planner's own form. */
  apiSchema: Schema;
  supergraphSchema: GraphQLSchema;
  planner: QueryPlanner;
  sources: Readonly<Record<string, SubgraphSource>>;
  /** For what completes the events of feeds: an event of a round asks what the one before it asked. */
  feedSources: Readonly<Record<string, Answering>>;
}

export interface GraphOptions {
  supergraphSdl: string;
  subgraphSources: SubgraphSources;
}

/** Characters of a supergraph's hash: enough to tell those of a product's whole life apart. */
const HASH_LENGTH = 16;

export function supergraphHash(supergraphSdl: string): string {
  return createHash('sha256').update(supergraphSdl).digest('hex').slice(0, HASH_LENGTH);
}

/** @throws Error when the supergraph is not valid, contradicts the gateway, or names a subgraph that has no address. */
export function loadGraph(options: GraphOptions): Graph {
  const supergraph = Supergraph.build(options.supergraphSdl);
  const sources: Record<string, SubgraphSource> = {};
  for (const { name } of supergraph.subgraphsMetadata()) sources[name] = options.subgraphSources.of(name);

  const apiSchema = supergraph.apiSchema();
  const schema = apiSchema.toGraphQLJSSchema();
  checkScalars(schema);
  return {
    supergraphSdl: options.supergraphSdl,
    hash: supergraphHash(options.supergraphSdl),
    schema,
    apiSchema,
    supergraphSchema: supergraph.schema.toGraphQLJSSchema(),
    planner: new QueryPlanner(supergraph),
    sources,
    feedSources: Object.fromEntries(Object.entries(sources).map(([name, source]) => [name, source.sharing()])),
  };
}
