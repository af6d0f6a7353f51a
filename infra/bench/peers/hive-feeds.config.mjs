/**
 * Hive Gateway for the benchmarks of feeds: our supergraph, its subscriptions over graphql-transport-ws to the simulated
 * insights subgraph. Nothing else is changed from its defaults, and it checks no tokens.
 */
const { INSIGHTS_URL, INTERNAL_API_KEY: internalKey } = process.env;
const location = `${INSIGHTS_URL}/graphql`;

export const gatewayConfig = {
  landingPage: false,
  graphiql: false,
  logging: 'error',
  transportEntries: {
    insights: {
      location,
      options: { subscriptions: { kind: 'ws', location, options: { connectionParams: { internalKey } } } },
    },
  },
};
