/**
 * The graph: one supergraph, loaded once, as Apollo Server executes it (`gateway`, for queries and mutations)
 * and as the subscriptions use it (planner, schemas and data sources).
 */

import { type Schema, Supergraph } from '@apollo/federation-internals';
import { ApolloGateway, type GraphQLDataSource } from '@apollo/gateway';
import { QueryPlanner } from '@apollo/query-planner';
import type { Logger } from '@interview/runtime/log';
import type { GraphQLSchema } from 'graphql';
import { checkScalars } from './scalars.js';
import { SubgraphSource } from './subgraph-source.js';

export interface Graph {
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
  close(): Promise<void>;
}

export interface GraphOptions {
  supergraphSdl: string;
  /** Base address of each subgraph, by its name in the supergraph. */
  subgraphs: Readonly<Record<string, string>>;
  internalKey: string;
  timeoutMs: number;
  log: Logger;
}

/** @throws Error when the supergraph is not valid, or names a subgraph that has no address. */
export function loadGraph(options: GraphOptions): Graph {
  const supergraph = Supergraph.build(options.supergraphSdl);
  const sources: Record<string, SubgraphSource> = {};
  for (const { name } of supergraph.subgraphsMetadata()) {
    const url = options.subgraphs[name];
    if (!url) throw new Error(`The supergraph names a subgraph "${name}", and there is no address for it.`);
    const { internalKey, timeoutMs, log } = options;
    sources[name] = new SubgraphSource({ name, url, internalKey, timeoutMs, log });
  }

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
    gateway,
    schema,
    apiSchema,
    supergraphSchema: supergraph.schema.toGraphQLJSSchema(),
    planner: new QueryPlanner(supergraph),
    sources,
    feedSources: Object.fromEntries(Object.entries(sources).map(([name, source]) => [name, source.sharing()])),
    close: async () => {
      await gateway.stop();
      await Promise.all(Object.values(sources).map((source) => source.close()));
    },
  };
}
