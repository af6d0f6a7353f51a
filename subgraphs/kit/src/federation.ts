/**
 * From type-graphql classes to a federated schema: printed with its directives, linked to the federation
 * specification and to our own of feeds, and built again by @apollo/subgraph, which adds `_service` and `_entities`.
 */
import 'reflect-metadata';
import { buildSubgraphSchema, type GraphQLResolverMap } from '@apollo/subgraph';
import { printSchemaWithDirectives } from '@graphql-tools/utils';
import { type GraphQLScalarType, type GraphQLSchema, parse } from 'graphql';
import { type BuildSchemaOptions, buildSchema, createResolversMap } from 'type-graphql';
import type { SubgraphContext } from './context.js';
import { FEED_DIRECTIVES } from './feeds/feed-directives.js';
import { DateTime } from './scalars.js';

const LINK =
  'extend schema @link(url: "https://specs.apollo.dev/federation/v2.7", import: ["@key", "@shareable", "@external", "@requires", "@provides", "@override", "@inaccessible", "@tag", "@composeDirective"])';

/** Answers an entity for a representation, or null when there is none for this viewer. */
export type ReferenceResolver = (
  reference: { id: string },
  context: SubgraphContext,
) => Promise<object | null> | object | null;

export interface SubgraphGraph {
  resolvers: BuildSchemaOptions['resolvers'];
  /** Types that no field of this subgraph returns, e.g. entities that only others refer to. */
  orphanedTypes?: BuildSchemaOptions['orphanedTypes'];
  /** By entity name. */
  references?: Record<string, ReferenceResolver>;
  /** Subscription fields whose events are their answers as they are: no resolver is run for each. */
  passedOn?: readonly string[];
}

const feedsBringTheirOwn = () => {
  throw new Error('Every @Subscription names its `subscribe`.');
};
/** type-graphql asks for one as soon as there is a subscription, although each of ours has its own feed. */
const NO_PUBSUB = { subscribe: feedsBringTheirOwn, publish: feedsBringTheirOwn };

export interface FederatedSchema {
  schema: GraphQLSchema;
  /** What this subgraph contributes to the supergraph. */
  sdl: string;
}

export async function buildFederatedSchema(graph: SubgraphGraph): Promise<FederatedSchema> {
  const plain = await buildSchema({
    resolvers: graph.resolvers,
    ...(graph.orphanedTypes ? { orphanedTypes: graph.orphanedTypes } : {}),
    pubSub: NO_PUBSUB,
    scalarsMap: [{ type: Date, scalar: DateTime }],
    // Input is checked field by field in the services, with the contract's error codes.
    validate: false,
    // The federation directives are unknown until @apollo/subgraph adds them.
    skipCheck: true,
  });
  const resolvers = createResolversMap(plain) as GraphQLResolverMap<unknown> &
    Record<string, Record<string, unknown> | GraphQLScalarType>;
  for (const [entity, resolve] of Object.entries(graph.references ?? {})) {
    resolvers[entity] = { ...(resolvers[entity] as Record<string, unknown>), __resolveReference: resolve };
  }
  const feeds = resolvers['Subscription'] as Record<string, { subscribe: unknown; resolve: unknown }> | undefined;
  for (const field of graph.passedOn ?? []) {
    const feed = feeds?.[field];
    if (!feed) throw new Error(`There is no subscription "${field}" whose events could be passed on.`);
    feeds[field] = { ...feed, resolve: (event: unknown) => event };
  }
  const sdl = `${LINK}\n\n${FEED_DIRECTIVES}\n\n${printSchemaWithDirectives(plain)}\n`;
  return { schema: buildSubgraphSchema([{ typeDefs: parse(sdl), resolvers }]), sdl };
}
