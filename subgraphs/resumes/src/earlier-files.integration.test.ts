/** Files from before encryption: what becomes of them at the subgraph's next start. */
import { randomUUID } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createLog } from '@interview/runtime/log';
import type { RoundAccess } from '@interview/subgraph-kit/round-access';
import { describe, expect, test } from '@jest/globals';
import { holdMasterKeys } from './crypt/master-keys.js';
import { encryptEarlierFiles } from './earlier-files.js';
import { wrappedKeyOf } from './resume-keys.js';
import { encryptedStore } from './store/encrypted-store.js';
import {
  aRound,
  fixture,
  folder,
  MASTER_KEY,
  onDisk,
  ownPath,
  rowsOf,
  store,
  upload,
  useResumesWorld,
  world,
} from './testing/resumes-world.js';

useResumesWorld();

const log = createLog('test', 'silent');

/** A resume as it was kept before: the file as it came, and its row where the migration put it. */
async function anEarlierFile(
  round: RoundAccess,
  { lost = false } = {},
): Promise<{ id: string; url: string; path: string }> {
  const [id, path] = [randomUUID(), `${randomUUID()}.pdf`];
  const url = `/api/resumes/files/${path}`;
  const bytes = await fixture('resume.pdf');
  if (!lost) await writeFile(join(folder, 'kept', path), bytes);
  await world.sql(
    `insert into resumes.unencrypted_resume_files values (?, ?, ?, ?, 'resume.pdf', ?, ?, 'application/pdf', ?, ?, now())`,
    [id, round.candidateId, round.id, round.companyId, path, url, bytes.length, '0'.repeat(64)],
  );
  return { id, url, path };
}

/** As at the start of several replicas at once. */
async function start(): Promise<void> {
  const { orm } = world.foundation;
  const masters = holdMasterKeys(MASTER_KEY);
  const sealed = encryptedStore({ store, masters, wrappedKeyOf: (name) => wrappedKeyOf(orm, name), log });
  const run = () => encryptEarlierFiles({ orm, files: store, store: sealed, log });
  await Promise.all([run(), run()]);
}

const waiting = () => world.sql('select 1 from resumes.unencrypted_resume_files');

describe('a file from before encryption', () => {
  test('is sealed, and given as before under its old address', async () => {
    const { round, people } = await aRound();
    const { id, url, path } = await anEarlierFile(round);
    await start();
    const plain = await fixture('resume.pdf');
    const response = await world.request(ownPath(url), people.hr);
    expect([response.status, Buffer.from(await response.arrayBuffer()).equals(plain)]).toEqual([200, true]);
    const [row] = await rowsOf(round);
    expect(row).toMatchObject({ id, file_path: `${round.id}_${path}`, size_bytes: plain.length });
    const onStore = await readFile(join(folder, 'kept', `${round.id}_${path}`));
    expect(onStore.includes('%PDF')).toBe(false);
    expect((await onDisk()).kept).not.toContain(path);
    expect(await waiting()).toEqual([]);
    expect(await world.sql('select 1 from resumes.candidate_resumes where resume_id = ?', [id])).toHaveLength(1);
  });

  test('goes where a later upload has taken its place', async () => {
    const { round, people } = await aRound();
    await upload(people.candidate, round);
    const { path } = await anEarlierFile(round);
    const [later] = await rowsOf(round);
    await start();
    expect(await rowsOf(round)).toEqual([later]);
    expect((await onDisk()).kept).not.toContain(path);
    expect(await waiting()).toEqual([]);
  });

  test('that is lost does not keep the subgraph from starting', async () => {
    const { round } = await aRound();
    await anEarlierFile(round, { lost: true });
    await start();
    expect([await rowsOf(round), await waiting()]).toEqual([[], []]);
  });

  test('waits for the next start when it cannot be sealed now', async () => {
    const { round } = await aRound();
    const { path } = await anEarlierFile(round);
    const { orm } = world.foundation;
    const full = { receive: () => Promise.reject(new Error('the disk is full')) };
    await expect(encryptEarlierFiles({ orm, files: store, store: full, log })).rejects.toThrow('full');
    expect(await waiting()).toHaveLength(1);
    expect((await onDisk()).kept).toContain(path);
    await start();
    expect(await rowsOf(round)).toHaveLength(1);
  });
});
