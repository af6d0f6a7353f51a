/** The rounds that one connection is in: entering, leaving, being put out, and being lost. */
import { AppError, notFound } from '@interview/runtime/errors';
import type { Logger } from '@interview/runtime/log';
import { z } from 'zod';
import type { RunOperation } from '../../graph/operations.js';
import type { ErrorBody } from '../http-errors.js';
import { type ErrorEvent, type InterviewSocket, roomOf } from './interview-socket.js';
import { readRoundId } from './media-message.js';
import type { Participants } from './participants.js';
import type { Presence } from './presence.js';
import type { OpenRoundFeeds } from './round-feeds.js';

/** Rounds that one connection is in at a time; each costs its feeds. */
const MAX_ROUNDS = 20;

const SEE_ROUND = 'query SeeRound($id: ID!) { round(id: $id) { id } }';

export interface RoundVisits {
  /** `{roundId}`. @throws AppError when the round cannot be joined. */
  join(message: unknown): Promise<void>;
  /** `{roundId}`, or nothing: every round. @throws AppError SERVICE_UNAVAILABLE: they are left a little later. */
  leave(message: unknown): Promise<void>;
  /** The connection is gone. */
  lost(): Promise<void>;
}

export interface RoundVisitsOptions {
  runOperation: RunOperation;
  presence: Presence;
  participants: Participants;
  openFeeds: OpenRoundFeeds;
  /** Bytes that wait for the reader. */
  unsent: () => number;
  log: Logger;
}

export function createRoundVisits(socket: InterviewSocket, options: RoundVisitsOptions): RoundVisits {
  const { runOperation, presence, participants, openFeeds, unsent, log } = options;
  /** What ends the feeds of each round. */
  const rounds = new Map<string, () => void>();
  const { role } = socket.data.viewer;
  const watches = role === 'HR' || role === 'ADMIN';

  const out = (roundId: string) => {
    rounds.get(roundId)?.();
    rounds.delete(roundId);
    void socket.leave(roomOf(roundId));
  };
  const putOut = (roundId: string, reason: ErrorBody) => {
    out(roundId);
    const error: ErrorEvent = { ...reason, roundId };
    socket.emit('error', error);
    if (watches) return;
    // Who may not be there any more has left; of anybody else the connection is as good as lost, and they may return.
    const isRefused = reason.code === 'ACCESS_DENIED' || reason.code === 'NOT_FOUND';
    const going = isRefused ? presence.leave : presence.lost;
    going(socket.data.viewer, roundId, socket.id).catch((failure: unknown) => {
      log.warn({ roundId, err: failure }, 'a departure could not be told yet');
    });
  };

  return {
    async join(message) {
      const roundId = readRoundId(message);
      // Anything but a UUID is no round, and must not become part of a key.
      if (!z.uuid().safeParse(roundId).success) throw notFound('The round');
      if (rounds.size >= MAX_ROUNDS && !rounds.has(roundId)) {
        throw new AppError('RATE_LIMITED', `A connection takes part in at most ${MAX_ROUNDS} rounds at a time.`);
      }
      const { viewer } = socket.data;
      if (watches) {
        const { round } = await runOperation(viewer, SEE_ROUND, { id: roundId });
        if (!round) throw notFound('The round');
      } else {
        await presence.join(viewer, roundId, socket.id);
        // The connection may have gone while the graph was asked.
        if (socket.disconnected) return presence.lost(viewer, roundId, socket.id);
      }
      await socket.join(roomOf(roundId));
      socket.emit('joined-interview', { roundId });
      await participants.introduce(socket, roundId);
      if (rounds.has(roundId) || socket.disconnected) return;
      rounds.set(roundId, openFeeds({ socket, roundId, unsent, onEnded: (reason) => putOut(roundId, reason) }));
    },
    async leave(message) {
      const given = message === undefined || message === null ? undefined : readRoundId(message);
      const left = given === undefined ? [...rounds.keys()] : [given].filter((id) => rounds.has(id));
      for (const roundId of left) out(roundId);
      if (watches) return;
      for (const roundId of left) await presence.leave(socket.data.viewer, roundId, socket.id);
    },
    async lost() {
      const left = [...rounds.keys()];
      for (const roundId of left) out(roundId);
      if (watches) return;
      await Promise.all(left.map((roundId) => presence.lost(socket.data.viewer, roundId, socket.id)));
    },
  };
}
