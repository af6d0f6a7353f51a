/**
 * Subscriptions over WebSocket (graphql-transport-ws), and nothing else. The token comes in `connection_init`, may be
 * renewed by a `ping`, and ends the socket with its own end.
 *
 * `ws` shakes hands, reads, and closes; what goes out is written below it, in bytes that all subscribers of a feed
 * share (`frames.ts`, `outbox.ts`). Here the sockets are opened and closed; what happens on one is in `connection.ts`.
 */
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Logger } from '@interview/runtime/log';
import type { VerifyToken } from '@interview/runtime/tokens';
import { GRAPHQL_TRANSPORT_WS_PROTOCOL, handleProtocols } from 'graphql-ws';
import { WebSocketServer } from 'ws';
import type { Limits } from '../../limits/limits.js';
import type { OpenFeeds } from '../../limits/open-feeds.js';
import type { AllowsOrigin } from '../../origins.js';
import type { AdmitFeed } from '../../subscriptions/feed-admission.js';
import type { SubscribeFeed } from '../../subscriptions/feed-subscriber.js';
import { closeSpread } from '../closing-spread.js';
import { refuseUpgrade } from '../refuse-upgrade.js';
import { createSocketAdmission } from './admission.js';
import { NO_SUBPROTOCOL } from './closings.js';
import { Connection } from './connection.js';
import { Deadlines } from './deadlines.js';
import { Heartbeats } from './heartbeats.js';
import type { FeedSocketMetrics } from './metrics.js';
import { Turn } from './outbox.js';
import type { Patience, Surroundings } from './surroundings.js';

/** Largest message of a client: a document and its variables. */
const MAX_MESSAGE_BYTES = 64 * 1024;
const HEARTBEAT_MS = 12_000;
const PATIENCE: Patience = { initMs: 3000, answerMs: 1000, finishMs: 1000 };

export interface GraphqlWsOptions {
  admitFeed: AdmitFeed;
  subscribeFeed: SubscribeFeed;
  verifyToken: VerifyToken;
  allowsOrigin: AllowsOrigin;
  admitConnection: Limits['admitConnection'];
  admitSubscription: OpenFeeds['admit'];
  maxSubscriptions: number;
  asksPerMinute: number;
  log: Logger;
  metrics: FeedSocketMetrics;
  /** Given by tests, which cannot wait so long. */
  heartbeatMs?: number;
  patience?: Patience;
}

export interface GraphqlWsEdge {
  /** Takes over an HTTP request for `/graphql` that asks for a WebSocket. */
  upgrade(request: IncomingMessage, stream: Duplex, head: Buffer): void;
  /** Closes every socket with 1001, spread over `spreadMs` so that the clients do not all come back at once. */
  close(spreadMs: number): Promise<void>;
}

export function graphqlWs(options: GraphqlWsOptions): GraphqlWsEdge {
  const { log, metrics } = options;
  const sockets = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    maxPayload: MAX_MESSAGE_BYTES,
    perMessageDeflate: false,
    // A pong has to pass the same bound as everything else that waits for the reader.
    autoPong: false,
    handleProtocols: (protocols) => handleProtocols(protocols),
  });
  const around: Surroundings = {
    admission: createSocketAdmission(options),
    admitFeed: options.admitFeed,
    subscribeFeed: options.subscribeFeed,
    admitSubscription: options.admitSubscription,
    maxSubscriptions: options.maxSubscriptions,
    asksPerMinute: options.asksPerMinute,
    patience: options.patience ?? PATIENCE,
    deadlines: new Deadlines(),
    heartbeats: new Heartbeats(options.heartbeatMs ?? HEARTBEAT_MS),
    turn: new Turn(),
    metrics,
    log,
  };
  const open = new Set<Connection>();
  metrics.watchUnsent(() => open.values().reduce((bytes, { outbox }) => bytes + outbox.unsent, 0));
  let closing = false;
  let onEmpty: () => void = () => undefined;

  sockets.on('connection', (socket, { socket: stream }: IncomingMessage) => {
    const connection = new Connection(socket, stream, around);
    open.add(connection);
    metrics.sockets(1);
    // `ws` hands messages over as a Buffer unless told otherwise.
    socket.on('message', (data) => connection.receive(data as Buffer));
    socket.on('ping', (payload) => connection.pinged(payload));
    // `ws` closes the socket by itself after an error of the peer: a message too large, a frame that is none.
    socket.on('error', (error) => {
      log.debug({ reason: error.message }, 'a WebSocket failed');
      connection.unreachable();
    });
    socket.on('close', () => {
      connection.closed();
      open.delete(connection);
      metrics.sockets(-1);
      if (open.size === 0) onEmpty();
    });
    if (socket.protocol !== GRAPHQL_TRANSPORT_WS_PROTOCOL) connection.close(NO_SUBPROTOCOL);
  });

  return {
    upgrade(request, stream, head) {
      const refused = closing
        ? '503 Service Unavailable'
        : options.allowsOrigin(request.headers.origin)
          ? undefined
          : '403 Forbidden';
      if (refused) refuseUpgrade(stream, refused);
      else sockets.handleUpgrade(request, stream, head, (socket) => sockets.emit('connection', socket, request));
    },
    async close(spreadMs) {
      closing = true;
      const empty = new Promise<void>((resolve) => {
        onEmpty = resolve;
      });
      await closeSpread(open, spreadMs, (connection) => connection.goAway());
      if (open.size > 0) await empty;
      sockets.close();
    },
  };
}
