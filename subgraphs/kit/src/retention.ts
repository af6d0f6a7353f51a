/** The daily sweep of a subgraph: what is older than RETENTION_DAYS is removed. */
import { loadSettings } from '@interview/runtime/settings';
import type { SqlEntityManager } from '@mikro-orm/postgresql';
import type { SubgraphName } from './database.js';
import { startJob } from './job.js';
import type { Foundation } from './start-subgraph.js';

const DAY_MS = 24 * 3600_000;

/**
 * Runs `sweep` at start and daily, in one replica at a time. It removes some of what was made before `before`,
 * in one transaction of a bearable size, and answers how many rows went: it is called until none do.
 */
export function sweepDaily(
  { orm, log, stopper }: Pick<Foundation, 'orm' | 'log' | 'stopper'>,
  subgraph: SubgraphName,
  sweep: (tx: SqlEntityManager, before: Date) => Promise<number>,
  now: () => Date = () => new Date(),
): void {
  const { RETENTION_DAYS } = loadSettings(['RETENTION_DAYS']);
  const sweepOnce = (before: Date) =>
    orm.em.fork().transactional(async (tx) => {
      const [lock] = await tx.execute<{ free: boolean }[]>(
        'select pg_try_advisory_xact_lock(hashtextextended(?, 0)) as free',
        [`retention:${subgraph}`],
      );
      // Another replica is at it.
      return lock?.free ? sweep(tx as SqlEntityManager, before) : 0;
    });
  const job = startJob({
    name: 'retention',
    everyMs: DAY_MS,
    log,
    async run() {
      const before = new Date(now().getTime() - RETENTION_DAYS * DAY_MS);
      let rows = 0;
      for (let gone = await sweepOnce(before); gone > 0; gone = await sweepOnce(before)) rows += gone;
      if (rows > 0) log.info({ rows, before }, 'what was too old was removed');
    },
  });
  stopper.onStop('retention', () => job.stop());
}
