/**
 * The guide's Socket.IO events. Media is taken here; everything else is a document of the graph and a mapping
 * of its answer.
 */
import type { Server as HttpServer } from 'node:http';
import { AppError, accessDenied } from '@interview/runtime/errors';
import type { Logger } from '@interview/runtime/log';
import type { VerifyToken } from '@interview/runtime/tokens';
import type { Viewer } from '@interview/runtime/viewer';
import { Server, type Socket } from 'socket.io';
import type { RunOperation } from '../../graph/operations.js';
import type { AllowsOrigin } from '../../origins.js';
import { describeFailure, type ErrorBody } from '../http-errors.js';
import type { MediaIntake } from './media-intake.js';
import { readRoundId, readVisibility } from './media-message.js';
import type { Presence } from './presence.js';
import type { RoundFeeds } from './round-feeds.js';

/** The largest frame in base64, and what is around it. */
const MAX_MESSAGE_BYTES = 1024 * 1024;
/** Rounds that one connection is in at a time; each costs its feeds. */
const MAX_ROUNDS = 20;
/** setTimeout's largest delay; a socket that is open for longer has to connect anew. */
const MAX_TIMER_MS = 2 ** 31 - 1;

const SEE_ROUND = 'query SeeRound($id: ID!) { round(id: $id) { id } }';
const REPORT_VISIBILITY = `mutation ReportTabVisibility($roundId: ID!, $visible: Boolean!, $timestamp: DateTime!) {
  reportTabVisibility(roundId: $roundId, visible: $visible, timestamp: $timestamp)
}`;

/** The answer to a message that came with an acknowledgement. */
export type Acknowledgement = { ok: true } | { error: ErrorBody };

interface SocketData {
  viewer: Viewer;
  /** Rounds that this socket joined. */
  rounds: Set<string>;
}

type Message = Record<string, (...args: unknown[]) => void>;
export type InterviewSocket = Socket<Message, Message, Record<never, never>, SocketData>;

export interface SocketIoOptions {
  server: HttpServer;
  verifyToken: VerifyToken;
  allowsOrigin: AllowsOrigin;
  runOperation: RunOperation;
  intake: MediaIntake;
  presence: Presence;
  /** Told when a socket has joined a round, and when it leaves it. */
  feeds: RoundFeeds;
  log: Logger;
}

export function socketIo(options: SocketIoOptions): { close: () => Promise<void> } {
  const { allowsOrigin, verifyToken, log } = options;
  const io = new Server<Message, Message, Record<never, never>, SocketData>(options.server, {
    path: '/socket.io',
    serveClient: false,
    maxHttpBufferSize: MAX_MESSAGE_BYTES,
    // The HTTP server's other upgrades are looked after where they are routed.
    destroyUpgrade: false,
    cors: { origin: (origin, answer) => answer(null, allowsOrigin(origin)) },
  });

  io.use((socket, next) => {
    admit(socket, verifyToken, allowsOrigin).then(
      () => next(),
      (error: unknown) => next(refusal(error, log)),
    );
  });
  io.on('connection', (socket) => serve(socket, options));
  return {
    async close() {
      options.presence.close();
      // The HTTP server is another's to close, so only the sockets are.
      io.disconnectSockets(true);
      io.engine.close();
    },
  };
}

async function admit(socket: InterviewSocket, verifyToken: VerifyToken, allowsOrigin: AllowsOrigin): Promise<void> {
  if (!allowsOrigin(socket.handshake.headers.origin)) {
    throw new AppError('ACCESS_DENIED', 'This page may not connect here.');
  }
  const token: unknown = socket.handshake.auth['token'];
  const given = typeof token === 'string' && token !== '' ? `Bearer ${token.replace(/^Bearer +/i, '')}` : undefined;
  if (given === undefined && token !== undefined && token !== null && token !== '') {
    throw new AppError('INVALID_TOKEN', 'The token is not a text.');
  }
  socket.data.viewer = await verifyToken(given);
  socket.data.rounds = new Set();
}

/** Socket.IO hands `data` of the error on in `connect_error`. */
function refusal(error: unknown, log: Logger): Error {
  const { body } = describeFailure(error, log);
  return Object.assign(new Error(body.message), { data: body });
}

function serve(socket: InterviewSocket, options: SocketIoOptions): void {
  const { intake, presence, runOperation, feeds, log } = options;
  const { viewer, rounds } = socket.data;

  /** Runs `take` for each event of this name: its failure is told by an `error` event, and in the answer. */
  const on = (event: string, take: (message: unknown) => Promise<void>) => {
    socket.on(event, (...args) => {
      const last = args.at(-1);
      // Socket.IO passes the client's callback as the last argument.
      const acknowledge = typeof last === 'function' ? (last as (answer: Acknowledgement) => void) : undefined;
      take(args[0]).then(
        () => acknowledge?.({ ok: true }),
        (error: unknown) => {
          const { body } = describeFailure(error, log);
          socket.emit('error', body);
          acknowledge?.({ error: body });
        },
      );
    });
  };

  const join = async (message: unknown) => {
    const roundId = readRoundId(message);
    if (rounds.size >= MAX_ROUNDS && !rounds.has(roundId)) {
      throw new AppError('RATE_LIMITED', `A connection takes part in at most ${MAX_ROUNDS} rounds at a time.`);
    }
    if (viewer.role === 'HR' || viewer.role === 'ADMIN') {
      const { round } = await runOperation(viewer, SEE_ROUND, { id: roundId });
      if (!round) throw new AppError('NOT_FOUND', 'The round was not found.');
    } else {
      await presence.join(viewer, roundId, socket.id);
      // The connection may have gone while the graph was asked.
      if (socket.disconnected) return presence.lost(viewer, roundId, socket.id);
    }
    rounds.add(roundId);
    socket.emit('joined-interview', { roundId });
    feeds.open(socket, roundId);
  };
  const leave = async () => {
    const left = [...rounds];
    rounds.clear();
    feeds.close(socket);
    for (const roundId of left) await presence.leave(viewer, roundId, socket.id);
  };

  on('join-interview', join);
  on('interview:join', join);
  on('leave-interview', leave);
  on('interview:leave', leave);
  on('audio-chunk', (message) => intake.audioChunk(viewer, message));
  on('video-frame', (message) => intake.videoFrame(viewer, message));
  on('tab-visibility', async (message) => {
    const { roundId, visible, capturedAtMs } = readVisibility(message, Date.now());
    await intake.requireCandidate(viewer, roundId);
    const timestamp = new Date(capturedAtMs).toISOString();
    const { reportTabVisibility } = await runOperation(viewer, REPORT_VISIBILITY, { roundId, visible, timestamp });
    if (reportTabVisibility !== true) throw accessDenied('Nothing is analysed of this round.');
  });

  const expiry = disconnectAtExpiry(socket);
  socket.on('disconnect', () => {
    clearTimeout(expiry);
    feeds.close(socket);
    for (const roundId of rounds) presence.lost(viewer, roundId, socket.id);
  });
}

function disconnectAtExpiry(socket: InterviewSocket): NodeJS.Timeout {
  const left = socket.data.viewer.expiresAt * 1000 - Date.now();
  return setTimeout(
    () => {
      socket.emit('error', { code: 'INVALID_TOKEN', message: 'The token has expired.' });
      socket.disconnect(true);
    },
    Math.min(Math.max(left, 0), MAX_TIMER_MS),
  );
}
