/**
 * The guide's Socket.IO interface. Media is taken here; everything else is a document of the graph and a mapping
 * of its answer.
 */
import type { Server as HttpServer } from 'node:http';
import type { RedisConnection } from '@interview/runtime/redis';
import { Server } from 'socket.io';
import type { RunOperation } from '../../graph/operations.js';
import { closeSpread } from '../closing-spread.js';
import { type AdmissionOptions, createAdmission } from './admission.js';
import { createBroadcasts } from './broadcasts.js';
import { answerClient } from './client-events.js';
import { type InterviewServer, type InterviewSocket, roomOfPerson } from './interview-socket.js';
import type { MediaIntake } from './media-intake.js';
import { createParticipants } from './participants.js';
import type { Presence } from './presence.js';
import type { OpenRoundFeeds } from './round-feeds.js';
import type { RoundStates } from './round-states.js';
import { createRoundVisits } from './round-visits.js';
import { boundUnsent } from './unsent.js';

/** The largest frame in base64, and what is around it. */
const MAX_MESSAGE_BYTES = 1024 * 1024;
/** Who connects says who they are at once. */
const CONNECT_MS = 10_000;
/** A peer that went without a word is noticed after the two of them. */
const PING_EVERY_MS = 10_000;
const PONG_WITHIN_MS = 10_000;

export interface SocketIoOptions extends AdmissionOptions {
  server: HttpServer;
  runOperation: RunOperation;
  intake: MediaIntake;
  rounds: RoundStates;
  presence: Presence;
  openFeeds: OpenRoundFeeds;
  /** A connection of the kind `broadcaster`, by which the replicas reach each other's sockets. */
  broadcaster: RedisConnection;
  metrics: SocketIoMetrics;
}

export interface SocketIoMetrics {
  sockets(delta: 1 | -1): void;
  slowReader(): void;
}

export interface SocketIoEdge {
  /** Takes nobody in any more and closes the connections over `spreadMs`; clients connect anew by themselves. */
  close(spreadMs: number): Promise<void>;
}

export function socketIo(options: SocketIoOptions): SocketIoEdge {
  const { allowsOrigin, presence, rounds, log } = options;
  const broadcasts = createBroadcasts(options.broadcaster);
  let closing = false;
  const io: InterviewServer = new Server(options.server, {
    path: '/socket.io',
    serveClient: false,
    maxHttpBufferSize: MAX_MESSAGE_BYTES,
    connectTimeout: CONNECT_MS,
    pingInterval: PING_EVERY_MS,
    pingTimeout: PONG_WITHIN_MS,
    // The HTTP server's other upgrades are looked after where they are routed.
    destroyUpgrade: false,
    cors: { origin: (origin, answer) => answer(null, allowsOrigin(origin)) },
    allowRequest: (_request, answer) => answer(closing ? 'The gateway is stopping.' : null, !closing),
    adapter: broadcasts.adapter,
  });
  const admission = createAdmission(options);
  const participants = createParticipants({ io, presence, rounds, log });
  io.use(admission.admit);
  io.on('connection', (socket) => serve(socket, { ...options, admission, participants }));

  return {
    async close(spreadMs) {
      closing = true;
      presence.close();
      // Ended below Socket.IO: a client that is disconnected by Socket.IO itself does not come back.
      await closeSpread(io.sockets.sockets.values(), spreadMs, (socket) => socket.conn.close(true));
      io.engine.close();
      broadcasts.close(io);
    },
  };
}

interface Served extends SocketIoOptions {
  admission: ReturnType<typeof createAdmission>;
  participants: ReturnType<typeof createParticipants>;
}

function serve(socket: InterviewSocket, options: Served): void {
  const { admission, metrics, log } = options;
  const unsent = boundUnsent(socket, () => {
    metrics.slowReader();
    // Below Socket.IO as well: who was too slow may come back.
    socket.conn.close(true);
  });
  const visits = createRoundVisits(socket, { ...options, unsent });
  answerClient(socket, { ...options, visits });
  const stay = admission.disconnectAtExpiry(socket);
  metrics.sockets(1);
  void socket.join(roomOfPerson(socket.data.viewer));
  socket.on('disconnect', () => {
    metrics.sockets(-1);
    stay();
    visits.lost().catch((error: unknown) => log.error({ err: error }, 'a lost connection could not be cleared'));
  });
}
