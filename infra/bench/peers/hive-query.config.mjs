/**
 * Hive Gateway for the benchmark of queries: the same supergraph, and the client's authorization passed on. Nothing else
 * is changed from its defaults, and it checks no tokens.
 */
export const gatewayConfig = {
  landingPage: false,
  graphiql: false,
  logging: 'error',
  propagateHeaders: {
    fromClientToSubgraphs: ({ request }) => {
      const authorization = request.headers.get('authorization');
      return authorization ? { authorization } : {};
    },
  },
};
