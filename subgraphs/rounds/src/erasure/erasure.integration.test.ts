/** The erasure of a candidate, seen from rounds: the other subgraphs confirm as they do in the real product, in SQL. */
import { keys } from '@interview/schema/keys';
import {
  type GraphAnswer,
  openSubgraphWorld,
  type SubgraphWorld,
} from '@interview/subgraph-kit/testing/subgraph-world';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { roundsDatabase } from '../database.js';
import { openRounds } from '../graph.js';
import { anInput, CONSENT, CREATE, codeOf, interviewsIn, type People, people } from '../testing/interviews.js';

let world: SubgraphWorld;
beforeAll(async () => {
  world = await openSubgraphWorld({ database: roundsDatabase, open: openRounds });
});
afterAll(() => world.close());
const { ask, create, inProgress } = interviewsIn(() => world);

interface Erasure {
  id: string;
  completedAt: string | null;
  pending: string[];
}
const ERASE = 'mutation ($id: String!) { eraseCandidate(externalCandidateId: $id) { id completedAt pending } }';
const order = (who: People) => ask<Erasure>(who.hr, ERASE, { id: who.candidate.id });
const state = (who: People, id: string) => ask<Erasure>(who.hr, `{ erasure(id: "${id}") { id completedAt pending } }`);

const confirm = (id: string, ...subgraphs: string[]) =>
  world.sql(
    `update rounds.erasure_steps set done_at = now() where erasure_id = ? and subgraph = any(string_to_array(?, ','))`,
    [id, subgraphs.join(',')],
  );

/** Asks until `done`; the job looks each second. */
async function until(who: People, id: string, done: (erasure: Erasure) => boolean): Promise<Erasure> {
  for (;;) {
    const erasure = await state(who, id);
    if (done(erasure)) return erasure;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

describe('an erasure', () => {
  it('hides the rounds and stops what is analysed at once, before anything is erased', async () => {
    const who = people();
    const { id } = await inProgress(who);
    await ask(who.candidate, CONSENT, { roundId: id, consent: true });
    const feed = world.subscribe(who.interviewer, `subscription { roundUpdated(roundId: "${id}") { status } }`);
    await feed.next();
    const erasure = await order(who);
    expect(erasure).toMatchObject({ completedAt: null, pending: ['insights', 'resumes', 'rounds', 'verdicts'] });
    expect(await world.graph(who.hr, `{ round(id: "${id}") { id } rounds { totalCount } }`)).toEqual({
      data: { round: null, rounds: { totalCount: 0 } },
    });
    expect(await world.sql('select * from rounds.round_access where id = ?', [id])).toEqual([]);
    expect(await world.foundation.redis.sismember(keys.analysedRounds, id)).toBe(0);
    const ended = await feed.next().then(
      (result) => (result.value as GraphAnswer | undefined)?.errors?.[0]?.extensions.code,
      (errors: { extensions: { code: string } }[]) => errors[0]?.extensions.code,
    );
    expect(ended).toBe('NOT_FOUND');
  });

  it('is complete when all others have confirmed, leaves nothing behind, and is in the log by ids alone', async () => {
    const who = people();
    const { id } = await inProgress(who);
    const { redis } = world.foundation;
    await redis.xadd(keys.audio(id), '*', 'data', 'x');
    const erasure = await order(who);
    await confirm(erasure.id, 'insights', 'resumes');
    expect((await state(who, erasure.id)).pending).toEqual(['rounds', 'verdicts']);
    await confirm(erasure.id, 'verdicts');
    const done = await until(who, erasure.id, ({ completedAt }) => completedAt !== null);
    expect(done.pending).toEqual([]);
    expect(await world.sql('select 1 from rounds.interview_rounds where id = ?', [id])).toEqual([]);
    expect(await world.sql('select 1 from rounds.erased_rounds where round_id = ?', [id])).toHaveLength(1);
    expect(await redis.exists(keys.audio(id), keys.round(id))).toBe(0);
    const actions = (await world.audited()).filter((event) => event.detail['erasureId'] === erasure.id);
    expect(actions).toMatchObject([
      { action: 'ERASURE_REQUESTED', actor_id: who.hr.id, detail: { rounds: 1 } },
      { action: 'ERASURE_COMPLETED', actor_id: 'rounds', detail: { rounds: 1 } },
    ]);
  });

  it('is begun anew when something was written for a round after its subgraph had confirmed', async () => {
    const who = people();
    const { id } = await create(who);
    await world.sql('create table late (round_id uuid references rounds.interview_rounds (id))');
    await world.sql('insert into late values (?)', [id]);
    const erasure = await order(who);
    await confirm(erasure.id, 'insights', 'resumes', 'verdicts');
    const again = await until(who, erasure.id, ({ pending }) => pending.length === 4);
    expect(again.completedAt).toBeNull();
    await world.sql('drop table late');
    await confirm(erasure.id, 'insights', 'resumes', 'verdicts');
    await until(who, erasure.id, ({ completedAt }) => completedAt !== null);
  });

  it('waits for a worker that still holds a round', async () => {
    const who = people();
    const { id } = await create(who);
    const { redis } = world.foundation;
    await redis.set(keys.lease('speech', id), 'a worker', 'EX', 60);
    const erasure = await order(who);
    await confirm(erasure.id, 'insights', 'resumes', 'verdicts');
    await until(who, erasure.id, ({ pending }) => pending.join() === 'rounds');
    expect((await state(who, erasure.id)).completedAt).toBeNull();
    await redis.del(keys.lease('speech', id));
    await until(who, erasure.id, ({ completedAt }) => completedAt !== null);
  });

  it('answers the one that is under way, and lets the candidate come back afterwards', async () => {
    const who = people();
    const { externalInterviewId } = await create(who);
    const [first, second] = await Promise.all([order(who), order(who)]);
    expect(second.id).toBe(first.id);
    const input = anInput(who, { externalInterviewId });
    expect(await codeOf(world.graph(who.hr, CREATE, { input }))).toEqual({ code: 'CONFLICT' });
    await confirm(first.id, 'insights', 'resumes', 'verdicts');
    await until(who, first.id, ({ completedAt }) => completedAt !== null);
    expect(await ask(who.hr, CREATE, { input })).toMatchObject({ status: 'SCHEDULED' });
    expect((await order(who)).id).not.toBe(first.id);
  });

  it('is ordered and seen by HR and ADMIN of the company alone, for an id that is one', async () => {
    const who = people();
    const erasure = await order(who);
    const other = people();
    for (const viewer of [who.candidate, who.interviewer]) {
      expect(await codeOf(world.graph(viewer, ERASE, { id: who.candidate.id }))).toEqual({ code: 'ACCESS_DENIED' });
      expect(await codeOf(world.graph(viewer, `{ erasure(id: "${erasure.id}") { id } }`))).toEqual({
        code: 'ACCESS_DENIED',
      });
    }
    expect(await world.graph(other.hr, `{ erasure(id: "${erasure.id}") { id } }`)).toEqual({ data: { erasure: null } });
    for (const id of ['', ' ', 'a\0b', 'x'.repeat(256)]) {
      expect(await codeOf(world.graph(who.hr, ERASE, { id }))).toMatchObject({
        code: 'VALIDATION_FAILED',
        details: [{ path: 'externalCandidateId' }],
      });
    }
  });
});
