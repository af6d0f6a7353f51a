/**
 * Subscriptions of the gateway over graphql-transport-ws at `/graphql`. One socket carries many feeds for many
 * viewers; what they send within one turn of the event loop leaves in one write.
 */
import type { Server } from 'node:http';
import type { Logger } from '@interview/runtime/log';
import { isInternalKey, type Viewer } from '@interview/runtime/viewer';
import type { MikroORM } from '@mikro-orm/postgresql';
import { type ExecutionArgs, type GraphQLError, type GraphQLSchema, subscribe } from 'graphql';
import { CloseCode, handleProtocols, makeServer } from 'graphql-ws';
import { type WebSocket, WebSocketServer } from 'ws';
import { type SubgraphContext, subscriptionContext } from '../context.js';
import { toPublicError } from '../errors.js';
import type { KnownDocuments } from '../known-documents.js';
import { announceStart } from './announce-start.js';
import { createFrameWriter } from './frame-writer.js';

const MAX_MESSAGE_BYTES = 1024 * 1024;
/** A peer that has not answered the ping before by the next one is gone. */
const PING_MS = 10_000;

export interface FeedSocketsOptions {
  server: Server;
  schema: GraphQLSchema;
  orm: MikroORM;
  documents: KnownDocuments;
  internalKey: string;
  /** For whom a subscription is. @throws AppError when its extensions do not say. */
  viewerOf(extensions: Record<string, unknown> | null | undefined): Viewer;
  log: Logger;
}

/** @returns what closes every socket (1001) and takes no more. */
export function serveFeeds(options: FeedSocketsOptions): () => Promise<void> {
  const { server, schema, orm, documents, internalKey, log } = options;
  const formatError = (error: GraphQLError | Error) => toPublicError(error, log);
  const protocol = makeServer<{ internalKey?: unknown }>({
    schema,
    onConnect: ({ connectionParams }) => {
      const given = connectionParams?.internalKey;
      return isInternalKey(typeof given === 'string' ? given : undefined, internalKey);
    },
    onSubscribe: (_context, _id, payload): ExecutionArgs | readonly GraphQLError[] => {
      try {
        const viewer = options.viewerOf(payload.extensions);
        const document = documents.parse(payload.query);
        const errors = documents.validate(schema, document);
        if (errors.length > 0) return errors;
        return {
          schema,
          document,
          operationName: payload.operationName ?? null,
          variableValues: payload.variables ?? null,
          contextValue: subscriptionContext(orm, viewer),
        };
      } catch (error) {
        return [formatError(error instanceof Error ? error : new Error(String(error)))];
      }
    },
    subscribe: async (args) => announceStart(await subscribe(args), args.contextValue as SubgraphContext),
    onNext: (_context, _id, _payload, _args, result) =>
      result.errors ? { ...result, errors: result.errors.map(formatError) } : result,
    onError: (_context, _id, _payload, errors) => errors.map(formatError),
  });

  const sockets = new WebSocketServer({
    server,
    path: '/graphql',
    maxPayload: MAX_MESSAGE_BYTES,
    perMessageDeflate: false,
    handleProtocols,
  });
  sockets.on('connection', (socket, request) => {
    socket.on('error', (error) => log.warn({ err: error }, "a gateway's socket failed"));
    const stopPinging = pinging(socket);
    const closed = protocol.opened(
      {
        protocol: socket.protocol,
        send: createFrameWriter(socket, request.socket),
        close: (code, reason) => socket.close(code, reason),
        onMessage: (handle) =>
          socket.on('message', (data) => {
            handle(String(data)).catch((error: unknown) => {
              log.error({ err: error }, 'a message of a gateway could not be handled');
              socket.close(CloseCode.InternalServerError, 'Internal server error');
            });
          }),
      },
      { socket, request },
    );
    socket.once('close', (code, reason) => {
      stopPinging();
      void closed(code, String(reason));
    });
  });

  return async () => {
    for (const socket of sockets.clients) socket.close(1001, 'Going away');
    await new Promise<void>((resolve) => sockets.close(() => resolve()));
  };
}

function pinging(socket: WebSocket): () => void {
  let answered = true;
  socket.on('pong', () => {
    answered = true;
  });
  const timer = setInterval(() => {
    if (!answered) return socket.terminate();
    answered = false;
    socket.ping();
  }, PING_MS);
  return () => clearInterval(timer);
}
