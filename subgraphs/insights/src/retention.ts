/**
 * What RETENTION_DAYS removes: insights and segments by the time they were stored, then what was derived from
 * them. How far a round was swept stays with its feeds, so that a cursor from before is told that it expired.
 */
import type { SqlEntityManager } from '@mikro-orm/postgresql';

/** Rows of a kind that one transaction removes. */
const AT_ONCE = 10_000;

const SEQUENCED = [
  { table: 'live_insights', swept: 'swept_insight' },
  { table: 'transcript_segments', swept: 'swept_segment' },
] as const;
const DERIVED = [
  { table: 'insight_aggregates', madeAt: 'aggregated_at' },
  { table: 'analyser_statuses', madeAt: 'since' },
] as const;

/** Removes some of what was made before `before`. @returns how many rows went; 0 when nothing is left to remove */
export async function sweepInsights(tx: SqlEntityManager, before: Date): Promise<number> {
  let rows = 0;
  for (const { table, swept } of SEQUENCED) rows += await sweepSequenced(tx, table, swept, before);
  // Still some to go: what was derived from them is looked at when all are gone.
  if (rows > 0) return rows;
  for (const { table, madeAt } of DERIVED) rows += await sweepDerived(tx, table, madeAt, before);
  return rows;
}

async function sweepSequenced(tx: SqlEntityManager, table: string, swept: string, before: Date): Promise<number> {
  const old = `select id, round_id from insights.${table} where created_at < ? order by round_id, sequence limit ?`;
  // Positions first and in order, as a batch of results and a review lock them.
  await tx.execute(
    `select 1 from insights.round_feeds where round_id in (select o.round_id from (${old}) o)
     order by round_id for update`,
    [before, AT_ONCE],
  );
  const [gone] = await tx.execute<{ count: string }[]>(
    `with gone as (delete from insights.${table} where id in (select o.id from (${old}) o) returning round_id, sequence),
       reached as (select round_id, max(sequence) as sequence from gone group by round_id),
       marked as (update insights.round_feeds f set ${swept} = greatest(f.${swept}, r.sequence) from reached r
         where f.round_id = r.round_id)
     select count(*) from gone`,
    [before, AT_ONCE],
  );
  return Number(gone?.count ?? 0);
}

/** Of rounds that have nothing left which it could rest on. */
async function sweepDerived(tx: SqlEntityManager, table: string, madeAt: string, before: Date): Promise<number> {
  const rows = await tx.execute<unknown[]>(
    `delete from insights.${table} d where d.${madeAt} < ?
       and not exists (select 1 from insights.live_insights i where i.round_id = d.round_id)
       and not exists (select 1 from insights.transcript_segments s where s.round_id = d.round_id)
     returning d.round_id`,
    [before],
  );
  return rows.length;
}
