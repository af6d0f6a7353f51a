/** What the clock does to rounds: no-shows, and the daily sweep. */
import { randomUUID } from 'node:crypto';
import { keys } from '@interview/schema/keys';
import { openSubgraphWorld, type SubgraphWorld } from '@interview/subgraph-kit/testing/subgraph-world';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { SqlEntityManager } from '@mikro-orm/postgresql';
import { roundsDatabase } from './database.js';
import { openRounds } from './graph.js';
import { startNoShowJob } from './no-show.js';
import { roundSweep } from './round.retention.js';
import { interviewsIn, people } from './testing/interviews.js';

let world: SubgraphWorld;
beforeAll(async () => {
  world = await openSubgraphWorld({ database: roundsDatabase, open: openRounds });
});
afterAll(() => world.close());
const { ask, create, move, inProgress } = interviewsIn(() => world);

const T0 = Date.parse('2036-01-01T10:00:00Z');
const scheduled = { scheduledAt: new Date(T0).toISOString() };
const MINUTE = 60_000;

/** Runs the job of several replicas at once, with the clock at `atMs`. */
async function replicasAt(atMs: number): Promise<void> {
  const { orm, log } = world.foundation;
  const options = { orm, log, graceMinutes: 30, kick: async () => {}, now: () => new Date(atMs) };
  const jobs = Array.from({ length: 4 }, () => startNoShowJob(options));
  await Promise.all(jobs.map((job) => job.stop()));
}

describe('a round that nobody came to', () => {
  it('is NO_SHOW after the time of grace and not before, once, whoever waited', async () => {
    const who = people();
    const { id } = await create(who, scheduled);
    const waited = await create(who, scheduled);
    await move(who.candidate, 'joinRound', waited.id);
    const status = async (round: string) =>
      (await ask<{ status: string }>(who.hr, `{ round(id: "${round}") { status } }`)).status;

    await replicasAt(T0 + 30 * MINUTE);
    expect(await status(id)).toBe('SCHEDULED');
    await replicasAt(T0 + 30 * MINUTE + 1);
    expect([await status(id), await status(waited.id)]).toEqual(['NO_SHOW', 'NO_SHOW']);
    await replicasAt(T0 + 60 * MINUTE);

    const entries = (await world.audited()).filter((entry) => entry.round_id === id);
    expect(entries).toMatchObject([
      { action: 'ROUND_CREATED' },
      { action: 'ROUND_STATUS_CHANGED', actor_id: 'rounds', detail: { from: 'SCHEDULED', to: 'NO_SHOW' } },
    ]);
  });

  it('is left alone when it has begun, or has no date', async () => {
    const who = people();
    const begun = await inProgress(who, scheduled);
    const undated = await create(who);
    await replicasAt(T0 + 60 * MINUTE);
    const rounds = await ask<{ nodes: object[] }>(who.hr, '{ rounds { nodes { id status } } }');
    expect(rounds.nodes).toEqual([
      { id: begun.id, status: 'IN_PROGRESS' },
      { id: undated.id, status: 'SCHEDULED' },
    ]);
  });
});

describe('the sweep', () => {
  /** Sweeps as the daily job does: until nothing goes. */
  async function sweep(before: Date): Promise<void> {
    const { orm, redis } = world.foundation;
    const once = roundSweep(redis);
    for (let gone = 1; gone > 0; ) {
      gone = await orm.em.fork().transactional((tx) => once(tx as SqlEntityManager, before));
    }
  }

  it('removes what is older than the limit, keeps what is not, what runs, and what another still refers to', async () => {
    const who = people();
    const [old, young, running, referred] = [
      await create(who),
      await create(who),
      await inProgress(who),
      await create(who),
    ];
    const backdate = (id: string) =>
      world.sql(`update rounds.interview_rounds set created_at = '2020-01-01', scheduled_at = null where id = ?`, [id]);
    for (const { id } of [old, running, referred]) await backdate(id);
    const table = `referring_${randomUUID().replaceAll('-', '')}`;
    await world.sql(`create table ${table} (round_id uuid references rounds.interview_rounds (id))`);
    await world.sql(`insert into ${table} values (?)`, [referred.id]);

    await sweep(new Date('2021-01-01'));
    const left = await ask<{ nodes: { id: string }[] }>(who.hr, '{ rounds { nodes { id } } }');
    expect(new Set(left.nodes.map((node) => node.id))).toEqual(new Set([young.id, running.id, referred.id]));
    expect(await world.foundation.redis.exists(keys.round(old.id))).toBe(0);

    await world.sql(`drop table ${table}`);
    await sweep(new Date('2021-01-01'));
    expect(await ask(who.hr, `{ round(id: "${referred.id}") { id } }`)).toBeNull();
  });
});
