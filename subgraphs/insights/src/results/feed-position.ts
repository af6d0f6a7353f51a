/**
 * Where a round's feeds stand. Whoever stores, reviews, sweeps or erases what a round has takes its row first and
 * several in the order of their ids: so sequences and revisions become visible in order, and no two wait for each other.
 */
import type { SqlEntityManager } from '@mikro-orm/postgresql';

/** Locks the rounds' rows, made where there are none, until the transaction ends. */
export async function lockPositions(tx: SqlEntityManager, roundIds: readonly string[]): Promise<void> {
  const ids = [...new Set(roundIds)].sort();
  await tx.execute(
    `insert into insights.round_feeds (round_id)
     select unnest(string_to_array(?, ',')::uuid[])
     on conflict (round_id) do update set round_id = excluded.round_id`,
    [ids.join(',')],
  );
}
