/**
 * Closes rooms that no round needs any more: of rounds that ended or were erased (written down by a trigger, in
 * the transaction that ends them), and those whose round never came to be. It is tried until the provider
 * agrees. Any number of replicas may run it: a room is lent to one of them for a while.
 */
import type { Logger } from '@interview/runtime/log';
import { type Job, startJob } from '@interview/subgraph-kit/job';
import type { MikroORM, SqlEntityManager } from '@mikro-orm/postgresql';
import { giveUpAbandoned } from './room-intents.js';
import type { VideoProviders } from './video-providers.js';
import { type VideoProvider, VideoProviderError } from './video-rooms.js';

const POLL_MS = 5000;
const BATCH = 20;
/** More than finding and closing a room may take. */
const LENT_MS = 60_000;
/** Wait after the first failure; doubled with each one. */
const BACKOFF_MS = 15_000;
const MAX_BACKOFF_MS = 15 * 60_000;

interface Closing {
  round_id: string;
  provider: VideoProvider;
  room_id: string | null;
  attempts: number;
}

export interface RoomClosingOptions {
  fork: () => SqlEntityManager;
  providers: VideoProviders;
  log: Logger;
  /** For how long an intent may stay unfinished. */
  intentPatienceMs?: number;
}

export function startRoomClosingJob({ orm, ...options }: Omit<RoomClosingOptions, 'fork'> & { orm: MikroORM }): Job {
  const fork = () => orm.em.fork() as SqlEntityManager;
  const run = () => closeRooms({ ...options, fork });
  return startJob({ name: 'room closings', everyMs: POLL_MS, run, log: options.log });
}

/** Gives up what nobody finished, then closes every room that is due. Resolves when there is none left to try. */
export async function closeRooms({ fork, providers, log, intentPatienceMs }: RoomClosingOptions): Promise<void> {
  await giveUpAbandoned(fork(), intentPatienceMs);
  for (let lent = await lend(fork()); lent.length > 0; lent = await lend(fork())) {
    await Promise.all(lent.map((closing) => closeOne(fork(), providers, log, closing)));
  }
}

function lend(em: SqlEntityManager): Promise<Closing[]> {
  return em.execute(
    `update rounds.room_closings set due_at = now() + ? * interval '1 millisecond'
     where round_id in (
       select round_id from rounds.room_closings where due_at <= now() order by due_at limit ? for update skip locked)
     returning round_id, provider, room_id, attempts`,
    [LENT_MS, BATCH],
  );
}

async function closeOne(em: SqlEntityManager, providers: VideoProviders, log: Logger, closing: Closing): Promise<void> {
  const { round_id: roundId, provider, attempts } = closing;
  try {
    const rooms = providers.of(provider);
    const roomId = closing.room_id ?? (await rooms.find(roundId));
    if (roomId !== null) await rooms.close(roomId);
  } catch (error) {
    if (!(error instanceof VideoProviderError)) throw error;
    const waitMs = Math.min(BACKOFF_MS * 2 ** Math.min(attempts, 10), MAX_BACKOFF_MS);
    log.warn(
      { roundId, attempts: attempts + 1, reason: error.message },
      'a room could not be closed; it is tried again',
    );
    await em.execute(
      `update rounds.room_closings set attempts = attempts + 1, due_at = now() + ? * interval '1 millisecond'
       where round_id = ?`,
      [waitMs, roundId],
    );
    return;
  }
  await em.execute('delete from rounds.room_closings where round_id = ?', [roundId]);
}
