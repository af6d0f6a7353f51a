/** What the service of rounds asks of rooms: one for a round that it is about to insert. */
import { AppError } from '@interview/runtime/errors';
import type { Logger } from '@interview/runtime/log';
import type { SqlEntityManager } from '@mikro-orm/postgresql';
import { fulfil, giveUp, intend, type RoundSlot } from './room-intents.js';
import type { VideoProviders } from './video-providers.js';
import { type VideoProvider, VideoProviderError } from './video-rooms.js';

/** A room that is there, and the id that the round must have. */
export interface PreparedRoom {
  roundId: string;
  provider: VideoProvider;
  roomId: string;
}

/** Thrown by `claim`: somebody else made the round, or the room was given up meanwhile. */
export class RoomTaken extends Error {
  override readonly name = 'RoomTaken';
}

export interface RoundRooms {
  /**
   * The room of the round that this slot shall have. Outside of any transaction: it may take seconds.
   * @throws AppError SERVICE_UNAVAILABLE when the provider has none for us; what it made all the same is closed later.
   */
  prepare(em: SqlEntityManager, slot: RoundSlot): Promise<PreparedRoom>;
  /** First in the transaction that inserts the round. @throws RoomTaken */
  claim(tx: SqlEntityManager, room: PreparedRoom): Promise<void>;
  /** When the round was not inserted and will not be: the room is closed, unless it is an existing round's. */
  release(em: SqlEntityManager, room: PreparedRoom): Promise<void>;
}

export function createRoundRooms(providers: VideoProviders, log: Logger): RoundRooms {
  return {
    async prepare(em, slot) {
      const intent = await intend(em, slot, providers.current.provider);
      try {
        // What was begun with another provider is ended with it.
        const roomId = await providers.of(intent.provider).create(intent.roundId);
        return { ...intent, roomId };
      } catch (error) {
        throw unavailable(error, log, 'No video room could be had, so no round was created. Try again later.');
      }
    },
    async claim(tx, room) {
      if (!(await fulfil(tx, room.roundId))) throw new RoomTaken();
    },
    release: (em, room) => giveUp(em, room, room.roomId),
  };
}

/** Tells the operator what is wrong with the provider, and the client that it is not their fault. */
export function unavailable(error: unknown, log: Logger, message: string): unknown {
  if (!(error instanceof VideoProviderError)) return error;
  log.warn({ provider: error.provider, reason: error.message }, 'the video provider failed');
  return new AppError('SERVICE_UNAVAILABLE', message);
}
