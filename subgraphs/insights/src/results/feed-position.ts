/**
 * Where a round's feeds stand. Whoever stores, reviews, sweeps or erases what a round has takes its row first and
 * several in the order of their ids: so sequences and revisions become visible in order, and no two wait for each other.
 */
import type { SqlEntityManager } from '@mikro-orm/postgresql';

/** The last sequences that were given out. */
export interface FeedPosition {
  insight: number;
  segment: number;
}

/** Locks the rounds' rows, made where there are none, until the transaction ends. */
export async function lockPositions(
  tx: SqlEntityManager,
  roundIds: readonly string[],
): Promise<Map<string, FeedPosition>> {
  const ids = [...new Set(roundIds)].sort();
  const rows = await tx.execute<{ round_id: string; last_insight: string; last_segment: string }[]>(
    `insert into insights.round_feeds (round_id)
     select unnest(string_to_array(?, ',')::uuid[])
     on conflict (round_id) do update set round_id = excluded.round_id
     returning round_id, last_insight, last_segment`,
    [ids.join(',')],
  );
  return new Map(
    rows.map((row) => [row.round_id, { insight: Number(row.last_insight), segment: Number(row.last_segment) }]),
  );
}

export async function savePositions(tx: SqlEntityManager, positions: Map<string, FeedPosition>): Promise<void> {
  const rows = [...positions].map(([round_id, { insight, segment }]) => ({ round_id, insight, segment }));
  await tx.execute(
    `update insights.round_feeds f set last_insight = p.insight, last_segment = p.segment
     from jsonb_to_recordset(?::jsonb) as p(round_id uuid, insight bigint, segment bigint)
     where f.round_id = p.round_id`,
    [JSON.stringify(rows)],
  );
}
