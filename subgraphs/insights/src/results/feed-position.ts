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

/** The newest sequences of a round; 0 before the first. */
export interface LastSequences {
  insight: number;
  segment: number;
}

/** In the order of `roundIds`. */
export async function lastSequences(em: SqlEntityManager, roundIds: readonly string[]): Promise<LastSequences[]> {
  const rows = await em.execute<{ round_id: string; last_insight: string; last_segment: string }[]>(
    "select round_id, last_insight, last_segment from insights.round_feeds where round_id = any(string_to_array(?, ',')::uuid[])",
    [roundIds.join(',')],
  );
  const byRound = new Map(rows.map((row) => [row.round_id, row]));
  return roundIds.map((id) => {
    const row = byRound.get(id);
    return { insight: Number(row?.last_insight ?? 0), segment: Number(row?.last_segment ?? 0) };
  });
}
