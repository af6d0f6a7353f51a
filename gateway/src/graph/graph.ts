/**
 * The graph: one supergraph, as Apollo Server executes it (`gateway`, for queries and mutations) and as the
 * subscriptions use it (planner, schemas and data sources). A new supergraph is a new graph; whatever is derived from
 * a graph belongs to it and is made anew for the next (`current-graph.ts` says which one is current).
 */
import { createHash } from 'node:crypto';
import { type Schema, Supergraph } from '@apollo/federation-internals';
import { ApolloGateway, type GraphQLDataSource } from '@apollo/gateway';
import { QueryPlanner } from '@apollo/query-planner';
import type { Logger } from '@interview/runtime/log';
import type { GraphQLSchema } from 'graphql';
import { checkScalars } from './scalars.js';
import type { SubgraphSource } from './subgraph-source.js';
import type { SubgraphSources } from './subgraph-sources.js';

export interface Graph {
  supergraphSdl: string;
  /** Names the supergraph: the beginning of its text's SHA-256. */
  hash: string;
  gateway: ApolloGateway;
  /** What clients see. */
  schema: GraphQLSchema;
  /** The same in the planner's own form. */
  apiSchema: Schema;
  supergraphSchema: GraphQLSchema;
  planner: QueryPlanner;
  sources: Readonly<Record<string, SubgraphSource>>;
  /** For what completes the events of feeds: an event of a round asks what the one before it asked. */
  feedSources: Readonly<Record<string, GraphQLDataSource>>;
  /** Ends what is its own. Operations that run on it go on to their end: the connections are not its own. */
  close(): Promise<void>;
}

export interface GraphOptions {
  supergraphSdl: string;
  subgraphSources: SubgraphSources;
  log: Logger;
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

  // Read by the constructor below, which would report the gateway's use to its makers otherwise.
  process.env['APOLLO_TELEMETRY_DISABLED'] = '1';
  const gateway = new ApolloGateway({
    supergraphSdl: options.supergraphSdl,
    buildService: ({ name }) => {
      const source = sources[name];
      if (!source) throw new Error(`There is no subgraph "${name}".`);
      return source;
    },
    // Off in production by default only; plans name subgraphs, which are nobody's business outside.
    __exposeQueryPlanExperimental: false,
    logger: {
      debug: (message) => options.log.trace(String(message)),
      info: (message) => options.log.debug(String(message)),
      warn: (message) => options.log.warn(String(message)),
      error: (message) => options.log.error(String(message)),
    },
  });
  gateway.onSchemaLoadOrUpdate(({ apiSchema }) => checkScalars(apiSchema));

  const apiSchema = supergraph.apiSchema();
  const schema = apiSchema.toGraphQLJSSchema();
  checkScalars(schema);
  return {
    supergraphSdl: options.supergraphSdl,
    hash: supergraphHash(options.supergraphSdl),
    gateway,
    schema,
    apiSchema,
    supergraphSchema: supergraph.schema.toGraphQLJSSchema(),
    planner: new QueryPlanner(supergraph),
    sources,
    feedSources: Object.fromEntries(Object.entries(sources).map(([name, source]) => [name, source.sharing()])),
    close: () => gateway.stop(),
  };
}
