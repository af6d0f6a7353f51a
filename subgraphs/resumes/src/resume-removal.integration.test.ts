/** Erasure and retention: rows, files and what was read from them go, again and again if need be. */
import { randomUUID } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import type { SqlEntityManager } from '@mikro-orm/postgresql';
import { sweepResumes } from './resume-removal.js';
import {
  aRound,
  fixture,
  onDisk,
  ownPath,
  partsFor,
  rowsOf,
  send,
  store,
  throughStore,
  upload,
  useResumesWorld,
  world,
} from './testing/resumes-world.js';

useResumesWorld();

const filesOf = async ({ id }: { id: string }) => (await onDisk()).kept.filter((name) => name.startsWith(id));
const readingsOf = ({ id }: { id: string }) =>
  world.sql('select 1 from resumes.candidate_resumes where round_id = ?', [id]);
async function keptUnder(name: string): Promise<void> {
  async function* bytes() {
    yield Buffer.from('left behind');
  }
  await (await store.receive(bytes())).keep(name);
}

describe('erasure', () => {
  test('leaves nothing of the round: file, row, and what was read; and all of another', async () => {
    const [{ round, people }, other] = [await aRound(), await aRound()];
    await upload(people.candidate, round);
    await upload(other.people.candidate, other.round);
    await world.erase(round);
    expect([await filesOf(round), await rowsOf(round), await readingsOf(round)]).toEqual([[], [], []]);
    expect([await filesOf(other.round), await rowsOf(other.round)].map((of) => of.length)).toEqual([1, 1]);
  });

  test('finds files whose row is gone already, and does not mind that nothing is there', async () => {
    const [{ round }, nothing] = [await aRound(), await aRound()];
    await keptUnder(`${round.id}_${randomUUID()}.pdf`);
    await world.erase(round);
    expect(await filesOf(round)).toEqual([]);
    await world.erase(nothing.round);
  });

  test('is not confirmed while a file cannot be removed, and done when it can', async () => {
    const { round, people } = await aRound();
    await upload(people.candidate, round);
    const tried = Promise.withResolvers<void>();
    throughStore.remove = () => {
      tried.resolve();
      return Promise.reject(new Error('busy'));
    };
    const erased = world.erase(round);
    await tried.promise;
    expect(await rowsOf(round)).toHaveLength(1);
    expect(await world.sql('select 1 from rounds.pending')).toHaveLength(1);
    delete throughStore.remove;
    await erased;
    expect([await filesOf(round), await rowsOf(round)]).toEqual([[], []]);
  });

  test('has an upload that was under way refused, whichever comes first', async () => {
    const { round, people } = await aRound();
    const arrived = Promise.withResolvers<void>();
    const goOn = Promise.withResolvers<void>();
    throughStore.receive = async (bytes) => {
      const file = await store.receive(bytes);
      arrived.resolve();
      await goOn.promise;
      return file;
    };
    const sent = send(people.candidate, partsFor(round, await fixture('resume.pdf'), 'resume.pdf'));
    await arrived.promise;
    await world.erase(round);
    goOn.resolve();
    expect((await sent).status).toBe(404);
    expect([await filesOf(round), await rowsOf(round)]).toEqual([[], []]);
    expect((await onDisk()).incoming).toEqual([]);
  });

  test('leaves an address that leads nowhere', async () => {
    const { round, people } = await aRound();
    const url = ownPath(await upload(people.candidate, round));
    await world.erase(round);
    expect((await world.request(url, people.hr)).status).toBe(404);
  });
});

describe('retention', () => {
  const sweep = (before: Date) =>
    world.foundation.orm.em.fork().transactional((tx) => sweepResumes(tx as SqlEntityManager, store, before));
  const age = (roundId: string, days: number) =>
    world.sql(
      `update resumes.candidate_resume_files set created_at = now() - interval '1 day' * ? where round_id = ?`,
      [days, roundId],
    );

  test('removes what is too old with its file, and nothing else', async () => {
    const [old, fresh] = [await aRound(), await aRound()];
    for (const { round, people } of [old, fresh]) await upload(people.candidate, round);
    await age(old.round.id, 200);
    expect(await sweep(new Date(Date.now() - 180 * 24 * 3600_000))).toBe(1);
    expect([await filesOf(old.round), await rowsOf(old.round), await readingsOf(old.round)]).toEqual([[], [], []]);
    expect([await filesOf(fresh.round), await rowsOf(fresh.round)].map((of) => of.length)).toEqual([1, 1]);
    expect(await sweep(new Date(Date.now() - 180 * 24 * 3600_000))).toBe(0);
  });
});
