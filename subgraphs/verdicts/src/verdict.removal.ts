/** How verdicts go: after RETENTION_DAYS, and with an erased candidate. */
import type { Erasure } from '@interview/subgraph-kit/erasure';
import type { SqlEntityManager } from '@mikro-orm/postgresql';

const AT_ONCE = 10_000;

/** Removes some of what was submitted before `before`. @returns how many went; 0 when nothing is left to remove */
export async function sweepVerdicts(tx: SqlEntityManager, before: Date): Promise<number> {
  const rows = await tx.execute<unknown[]>(
    `delete from verdicts.interview_verdicts where id in
       (select id from verdicts.interview_verdicts where submitted_at < ? order by submitted_at limit ?) returning id`,
    [before, AT_ONCE],
  );
  return rows.length;
}

/** A verdict that is just being submitted is waited for; one that comes later finds the round gone. */
export async function eraseVerdicts(
  tx: SqlEntityManager,
  { companyId, roundIds }: Pick<Erasure, 'companyId' | 'roundIds'>,
): Promise<void> {
  await lockVerdicts(tx, companyId);
  await tx.execute("delete from verdicts.interview_verdicts where round_id = any(string_to_array(?, ',')::uuid[])", [
    roundIds.join(','),
  ]);
}

/** One submission, or erasure, at a time in a company, until the transaction ends. */
export const lockVerdicts = (tx: SqlEntityManager, companyId: string) =>
  tx.execute('select pg_advisory_xact_lock(hashtextextended(?, 0))', [`verdicts:${companyId}`]);
