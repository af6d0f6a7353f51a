/**
 * A round whose people did not come is NO_SHOW some time after it was scheduled. Any number of replicas may look:
 * each takes rounds that no other holds at that moment.
 */
import type { Logger } from '@interview/runtime/log';
import { type Job, startJob } from '@interview/subgraph-kit/job';
import { LockMode } from '@mikro-orm/core';
import type { MikroORM, SqlEntityManager } from '@mikro-orm/postgresql';
import { saveChange, snapshot, THE_PRODUCT } from './round.change.js';
import { Round } from './round.entity.js';
import { WAITING_TO_START } from './round.lifecycle.js';

const EVERY_MS = 5000;
const BATCH = 100;

export interface NoShowOptions {
  orm: MikroORM;
  graceMinutes: number;
  /** Called after a commit. */
  kick: () => Promise<void>;
  log: Logger;
  now?: () => Date;
}

export function startNoShowJob({ orm, graceMinutes, kick, log, now = () => new Date() }: NoShowOptions): Job {
  return startJob({
    name: 'rounds that nobody came to',
    everyMs: EVERY_MS,
    log,
    async run() {
      let moved: number;
      do {
        const before = new Date(now().getTime() - graceMinutes * 60_000);
        moved = await markNoShows(orm.em.fork() as SqlEntityManager, before, now());
        if (moved > 0) await kick();
      } while (moved === BATCH);
    },
  });
}

/** Marks up to BATCH rounds that were scheduled before `before`, and answers how many. */
function markNoShows(em: SqlEntityManager, before: Date, at: Date): Promise<number> {
  return em.transactional(async (tx) => {
    const rounds = await tx.find(
      Round,
      { status: { $in: [...WAITING_TO_START] }, scheduledAt: { $lt: before }, erasure: null },
      { lockMode: LockMode.PESSIMISTIC_PARTIAL_WRITE, limit: BATCH, orderBy: { id: 'asc' } },
    );
    const changes = rounds.map((round) => ({ round, before: snapshot(round), actor: THE_PRODUCT, at }));
    for (const round of rounds) round.moveTo('NO_SHOW', at);
    await saveChange(tx as SqlEntityManager, ...changes);
    return rounds.length;
  });
}
