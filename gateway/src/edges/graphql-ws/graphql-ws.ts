/**
 * Subscriptions over WebSocket (graphql-transport-ws), and nothing else. The token comes in
 * `connection_init`, may be renewed by a `ping`, and ends the socket with its own end.
 */
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { AppError } from '@interview/runtime/errors';
import type { Logger } from '@interview/runtime/log';
import type { VerifyToken } from '@interview/runtime/tokens';
import type { Viewer } from '@interview/runtime/viewer';
import { type ExecutionResult, type FormattedExecutionResult, GraphQLError } from 'graphql';
import { CloseCode, type Context, handleProtocols, makeServer, type SubscribePayload } from 'graphql-ws';
import { WebSocket, WebSocketServer } from 'ws';
import { publicErrorOf } from '../../graph/errors.js';
import type { Graph } from '../../graph/graph.js';
import type { Limits } from '../../limits/limits.js';
import type { AllowsOrigin } from '../../origins.js';
import { FeedEnded, type OpenFeed } from '../../subscriptions/feed.js';
import { type AdmitFeed, refusalsOf } from '../../subscriptions/feed-admission.js';
import type { FeedPlan, Variables } from '../../subscriptions/feed-plan.js';
import { createSocketBudget, type SocketBudget } from './socket-budget.js';

/** Largest message of a client: a document and its variables. */
const MAX_MESSAGE_BYTES = 64 * 1024;
const HEARTBEAT_MS = 12_000;
const CLOSE_GOING_AWAY = 1001;
const CLOSE_TRY_LATER = 1013;
/** setTimeout's largest delay; a token that lives longer is looked at again. */
const MAX_TIMER_MS = 2 ** 31 - 1;

export interface GraphqlWsOptions {
  graph: Graph;
  admitFeed: AdmitFeed;
  openFeed: OpenFeed;
  verifyToken: VerifyToken;
  allowsOrigin: AllowsOrigin;
  maxSubscriptions: number;
  admitConnection: Limits['admitConnection'];
  log: Logger;
  metrics: FeedMetrics;
}

export interface FeedMetrics {
  sockets(delta: 1 | -1): void;
  feeds(delta: 1 | -1): void;
  event(): void;
  slowReader(): void;
}

interface SocketState {
  socket: WebSocket;
  budget: SocketBudget;
  viewer?: Viewer;
  expiry?: NodeJS.Timeout;
}

/** What `onSubscribe` prepared, for `subscribe` to open. */
interface PreparedFeed {
  plan: FeedPlan;
  variables: Variables;
  state: SocketState;
}

export interface GraphqlWsEdge {
  /** Takes over an HTTP request for `/graphql` that asks for a WebSocket. */
  upgrade(request: IncomingMessage, stream: Duplex, head: Buffer): void;
  /** Closes every socket with 1001, spread over `spreadMs` so that the clients do not all come back at once. */
  close(spreadMs: number): Promise<void>;
}

export function graphqlWs(options: GraphqlWsOptions): GraphqlWsEdge {
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: MAX_MESSAGE_BYTES,
    perMessageDeflate: false,
    handleProtocols: (protocols) => handleProtocols(protocols),
  });
  const protocol = createProtocol(options);
  let closing = false;

  sockets.on('connection', (socket) => {
    options.metrics.sockets(1);
    const state: SocketState = {
      socket,
      budget: createSocketBudget(
        () => socket.bufferedAmount,
        () => {
          options.metrics.slowReader();
          socket.close(CLOSE_TRY_LATER, 'Too slow a reader');
          // It is not reading, so it may never answer the close frame.
          setTimeout(() => socket.terminate(), 1000).unref();
        },
      ),
    };
    let alive = true;
    const heartbeat = setInterval(() => {
      if (!alive) return socket.terminate();
      alive = false;
      socket.ping();
    }, HEARTBEAT_MS);
    const closed = protocol.opened(
      {
        protocol: socket.protocol,
        send: (data) => sent(socket, data),
        close: (code, reason) => socket.close(code, reason),
        onMessage: (receive) => {
          socket.on('message', (data) => {
            alive = true;
            receive(String(data)).catch((error: unknown) => {
              options.log.error({ err: error }, 'internal error on a WebSocket');
              socket.close(CloseCode.InternalServerError, 'Internal server error');
            });
          });
        },
      },
      state,
    );
    socket.on('pong', () => {
      alive = true;
    });
    // `ws` closes the socket by itself after an error of the peer: a message too large, a frame that is none.
    socket.on('error', (error) => options.log.debug({ reason: error.message }, 'a WebSocket failed'));
    socket.once('close', (code, reason) => {
      clearInterval(heartbeat);
      clearTimeout(state.expiry);
      options.metrics.sockets(-1);
      void closed(code, String(reason));
    });
  });

  return {
    upgrade(request, stream, head) {
      const refused = closing
        ? '503 Service Unavailable'
        : options.allowsOrigin(request.headers.origin)
          ? undefined
          : '403 Forbidden';
      if (refused) {
        stream.end(`HTTP/1.1 ${refused}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
        return;
      }
      sockets.handleUpgrade(request, stream, head, (socket) => sockets.emit('connection', socket, request));
    },
    async close(spreadMs) {
      closing = true;
      const open = [...sockets.clients];
      const step = open.length > 0 ? spreadMs / open.length : 0;
      await Promise.all(open.map((socket, i) => closeLater(socket, i * step)));
      sockets.close();
    },
  };
}

function sent(socket: WebSocket, data: string): Promise<void> {
  return new Promise((resolve) => {
    if (socket.readyState !== WebSocket.OPEN) return resolve();
    // A failed write closes the socket, and its close ends the feeds.
    socket.send(data, () => resolve());
  });
}

function closeLater(socket: WebSocket, delayMs: number): Promise<void> {
  return new Promise((resolve) => {
    socket.once('close', () => resolve());
    setTimeout(() => socket.close(CLOSE_GOING_AWAY, 'Going away'), delayMs);
    setTimeout(() => socket.terminate(), delayMs + 1000).unref();
    if (socket.readyState === WebSocket.CLOSED) resolve();
  });
}

type ConnectionInit = Record<string, unknown> | undefined;

function createProtocol(options: GraphqlWsOptions) {
  const { graph, admitFeed, openFeed, log, metrics } = options;
  return makeServer<ConnectionInit, SocketState>({
    onConnect: async (ctx) => {
      await admit(ctx.extra, ctx.connectionParams?.['authorization'], options);
      return ctx.extra.viewer !== undefined;
    },
    onPing: async (ctx, payload) => {
      const renewal = payload?.['authorization'];
      if (ctx.acknowledged && renewal !== undefined) await admit(ctx.extra, renewal, options);
    },
    onSubscribe: (ctx, _id, payload) => {
      try {
        return prepare(ctx, payload);
      } catch (error) {
        return refusalsOf(error);
      }
    },
    subscribe: (args) => {
      // Made by `onSubscribe` below, for nobody else to see.
      const { plan, variables, state } = args.contextValue as PreparedFeed;
      const feed = openFeed({
        plan,
        variables,
        viewer: () => viewerOf(state),
        onWaiting: (bytes) => state.budget.waiting(bytes),
      });
      metrics.feeds(1);
      // graphql-ws only passes the results on to `onNext`, which takes them as the feed made them.
      return feed as unknown as AsyncIterable<ExecutionResult>;
    },
    onNext: (_ctx, _id, _payload, _args, result) => {
      metrics.event();
      // A feed's results are formatted already.
      return result as FormattedExecutionResult;
    },
    onError: (_ctx, _id, _payload, errors) =>
      errors.flatMap((error) =>
        error.originalError instanceof FeedEnded ? error.originalError.errors : [publicErrorOf(error, log)],
      ),
    onComplete: () => metrics.feeds(-1),
  });

  function prepare(ctx: Context<ConnectionInit, SocketState>, payload: SubscribePayload) {
    if (Object.keys(ctx.subscriptions).length > options.maxSubscriptions) {
      const message = `A socket carries at most ${options.maxSubscriptions} subscriptions at a time.`;
      throw new AppError('RATE_LIMITED', message);
    }
    const { operationName } = payload;
    const { plan, variables } = admitFeed(payload);
    const contextValue: PreparedFeed = { plan, variables, state: ctx.extra };
    return {
      schema: graph.schema,
      document: plan.document,
      ...(operationName ? { operationName } : {}),
      contextValue,
    };
  }
}

/**
 * Lets a socket in, or prolongs its stay, by a token. Closes it with 4403 when the token is no good, with 1013 when
 * the client should try again later.
 */
async function admit(state: SocketState, authorization: unknown, options: GraphqlWsOptions): Promise<void> {
  let viewer: Viewer;
  try {
    viewer = await options.verifyToken(typeof authorization === 'string' ? authorization : undefined);
    if (state.viewer && !isSamePerson(state.viewer, viewer)) {
      throw new AppError('INVALID_TOKEN', 'The new token is for somebody else.');
    }
    if (!state.viewer) await options.admitConnection(viewer);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    const passes = error.code === 'SERVICE_UNAVAILABLE' || error.code === 'RATE_LIMITED';
    const code = passes ? CLOSE_TRY_LATER : CloseCode.Forbidden;
    state.socket.close(code, error.code);
    return;
  }
  state.viewer = viewer;
  closeAtExpiry(state, viewer);
}

function closeAtExpiry(state: SocketState, viewer: Viewer): void {
  clearTimeout(state.expiry);
  const left = viewer.expiresAt * 1000 - Date.now();
  state.expiry = setTimeout(
    () => {
      if (left > MAX_TIMER_MS) closeAtExpiry(state, viewer);
      else state.socket.close(CloseCode.Forbidden, 'INVALID_TOKEN');
    },
    Math.min(Math.max(left, 0), MAX_TIMER_MS),
  );
}

const isSamePerson = (a: Viewer, b: Viewer) => a.id === b.id && a.role === b.role && a.companyId === b.companyId;

function viewerOf(state: SocketState): Viewer {
  if (!state.viewer) throw new GraphQLError('The socket was not let in.');
  return state.viewer;
}
