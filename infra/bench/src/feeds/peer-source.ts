/** What the peers' servers read from: the same simulated subgraph, one upstream subscription for each round. */
import { GRAPHQL_TRANSPORT_WS_PROTOCOL, MessageType, parseMessage } from 'graphql-ws';
import WebSocket from 'ws';
import { z } from 'zod';
import { FEED_DOCUMENT } from './insight-event.js';

export type PeerEvent = Readonly<Record<string, unknown>>;

const Result = z.object({ data: z.object({ insightAdded: z.record(z.string(), z.unknown()) }) });
type Result = z.output<typeof Result>;

export interface PeerSource {
  /** Once for each round: from then on its events are told. */
  read(roundId: string, onEvent: (event: PeerEvent) => void): void;
}

export async function connectSource(url: string, internalKey: string): Promise<PeerSource> {
  const socket = new WebSocket(`${url.replace(/^http/, 'ws')}/graphql`, GRAPHQL_TRANSPORT_WS_PROTOCOL, {
    perMessageDeflate: false,
  });
  const readers: ((event: PeerEvent) => void)[] = [];
  const acknowledged = Promise.withResolvers<void>();
  let looked = false;
  socket.on('open', () => socket.send(JSON.stringify({ type: MessageType.ConnectionInit, payload: { internalKey } })));
  socket.on('message', (data) => {
    const message = parseMessage(String(data));
    if (message.type === MessageType.ConnectionAck) acknowledged.resolve();
    if (message.type === MessageType.Next) {
      // Looked at once: all are made alike, and a plain server would not look.
      const result = looked ? (message.payload as unknown as Result) : Result.parse(message.payload);
      looked = true;
      readers[Number(message.id)]?.(result.data.insightAdded);
    }
  });
  socket.on('error', (error) => acknowledged.reject(error));
  await acknowledged.promise;
  return {
    read(roundId, onEvent) {
      const id = String(readers.push(onEvent) - 1);
      const payload = { query: FEED_DOCUMENT, variables: { roundId } };
      socket.send(JSON.stringify({ id, type: MessageType.Subscribe, payload }));
    },
  };
}
