/**
 * The daily sweep of rounds: those that ended, or were planned for and never held, before the limit. A round to
 * which another subgraph still holds something (a younger verdict) stays until that is gone.
 */
import type { RedisConnection } from '@interview/runtime/redis';
import { ForeignKeyConstraintViolationException } from '@mikro-orm/core';
import type { SqlEntityManager } from '@mikro-orm/postgresql';
import { forgetRounds } from './erasure/erasure.job.js';

const BATCH = 200;
/** After this nothing of an erased round can still be on its way. */
const TOMBSTONE_DAYS = 30;

/** The sweep for `sweepDaily`. */
export function roundSweep(redis: RedisConnection) {
  let limit: Date | undefined;
  /** Of this run: rounds that stay, so that the next batch holds others. */
  let staying: string[] = [];

  return async (tx: SqlEntityManager, before: Date): Promise<number> => {
    if (limit !== before) staying = [];
    limit = before;
    await tx.execute(`delete from rounds.erased where erased_at < now() - make_interval(days => ?)`, [TOMBSTONE_DAYS]);
    for (;;) {
      const rounds = await tx.execute<{ id: string }[]>(
        `select id from rounds.interview_rounds
         where status <> 'IN_PROGRESS' and erasure_id is null
           and greatest(coalesce(ended_at, scheduled_at, created_at), created_at) < ?
           and id <> all(string_to_array(?, ',')::uuid[])
         order by id limit ? for update skip locked`,
        [before, staying.join(','), BATCH],
      );
      if (rounds.length === 0) return 0;
      const gone: string[] = [];
      for (const { id } of rounds) ((await remove(tx, id)) ? gone : staying).push(id);
      await forgetRounds(redis, gone);
      if (gone.length > 0) return gone.length;
    }
  };
}

/** False when something still refers to the round. */
async function remove(tx: SqlEntityManager, id: string): Promise<boolean> {
  try {
    // A savepoint: the refusal of one must not end the transaction.
    await tx.transactional((inner) => inner.execute('delete from rounds.interview_rounds where id = ?', [id]));
    return true;
  } catch (error) {
    if (error instanceof ForeignKeyConstraintViolationException) return false;
    throw error;
  }
}
