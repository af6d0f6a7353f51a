/**
 * Peer: graphql-ws as its documentation sets it up, with graphql-js executing each event for each subscriber. One
 * upstream subscription for each round, and no tokens.
 */
import { buildSchema } from 'graphql';
import { useServer } from 'graphql-ws/use/ws';
import { WebSocketServer } from 'ws';
import { EventTopics } from './event-topics.js';
import { servePeer } from './peer-server.js';

const schema = buildSchema(`
  scalar JSON
  enum Severity { INFO WARNING CRITICAL }
  enum InsightType { HEAD_MOVEMENT HESITATION TAB_SWITCH }
  type Insight {
    id: ID!
    type: InsightType!
    severity: Severity!
    timestampMs: Float!
    value: JSON!
    explanation: String!
    cursor: String!
  }
  type Query { ok: Boolean }
  type Subscription { insightAdded(roundId: ID!, after: String): Insight! }
`);

await servePeer((server, source) => {
  const topics = new EventTopics((roundId, publish) =>
    source.read(roundId, (insightAdded) => publish({ insightAdded })),
  );
  const roots = { subscription: { insightAdded: ({ roundId }: { roundId: string }) => topics.subscribe(roundId) } };
  const sockets = new WebSocketServer({ server, path: '/graphql', perMessageDeflate: false });
  useServer({ schema, roots }, sockets);
});
