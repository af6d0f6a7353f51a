/** What lies in the database and in the store, who can read it, and what happens when one of the parts is away. */
import { randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '@interview/runtime/errors';
import { createLog } from '@interview/runtime/log';
import { describe, expect, test } from '@jest/globals';
import { holdMasterKeys, keyIdOf } from './crypt/master-keys.js';
import { rewrapKeys } from './resume-keys.js';
import { malwareFound } from './scan/malware-scan.js';
import {
  aRound,
  codeOf,
  expectRefused,
  fixture,
  folder,
  MASTER_KEY,
  ownPath,
  partsFor,
  rowsOf,
  scanner,
  send,
  store,
  throughMasters,
  throughStore,
  upload,
  useResumesWorld,
  world,
} from './testing/resumes-world.js';

useResumesWorld();

const log = createLog('test', 'silent');
const resumeParts = async (round: Parameters<typeof partsFor>[0]) =>
  partsFor(round, await fixture('resume.pdf'), 'resume.pdf');

describe('a file that was changed in the store', () => {
  test('is not given to anyone, not in part either', async () => {
    const { round, people } = await aRound();
    const url = ownPath(await upload(people.candidate, round));
    const path = join(folder, 'kept', String((await rowsOf(round))[0]?.['file_path']));
    const bytes = await readFile(path);
    bytes[1000] = (bytes[1000] ?? 0) ^ 1;
    await writeFile(path, bytes);
    const response = await world.request(url, people.hr);
    expect([response.status, await codeOf(response)]).toEqual([500, 'INTERNAL_ERROR']);
  });

  test('or whose key was put to another row is not given either', async () => {
    const [one, other] = [await aRound(), await aRound()];
    const url = ownPath(await upload(one.people.candidate, one.round));
    await upload(other.people.candidate, other.round);
    await world.sql(
      `update resumes.candidate_resume_files set wrapped_key =
         (select wrapped_key from resumes.candidate_resume_files where round_id = ?) where round_id = ?`,
      [other.round.id, one.round.id],
    );
    expect((await world.request(url, one.people.hr)).status).toBe(500);
  });
});

describe('a new master key', () => {
  test('wraps what the retired one wrapped, and files stay readable throughout', async () => {
    const { round, people } = await aRound();
    const url = ownPath(await upload(people.candidate, round));
    const wrapped = async () => (await rowsOf(round))[0]?.['wrapped_key'] as Buffer;
    const before = await wrapped();
    const { orm } = world.foundation;
    const next = randomBytes(32);
    // As two replicas would, at once.
    const masters = holdMasterKeys(next, [MASTER_KEY]);
    await Promise.all([rewrapKeys({ orm, masters, log }), rewrapKeys({ orm, masters, log })]);
    expect(keyIdOf(await wrapped())).toEqual(masters.currentId);
    // And back, with what the world holds.
    await rewrapKeys({ orm, masters: holdMasterKeys(MASTER_KEY, [next]), log });
    expect(keyIdOf(await wrapped())).toEqual(keyIdOf(before));
    expect(await wrapped()).not.toEqual(before);
    expect((await world.request(url, people.hr)).status).toBe(200);
  });

  test('without the old one leaves what it cannot unwrap, and says which key is missing', async () => {
    const { round, people } = await aRound();
    await upload(people.candidate, round);
    const [before] = await rowsOf(round);
    const lines: string[] = [];
    const heard = createLog('test', 'error', { write: (line) => void lines.push(line) });
    await rewrapKeys({ orm: world.foundation.orm, masters: holdMasterKeys(randomBytes(32)), log: heard });
    expect((await rowsOf(round))[0]).toEqual(before);
    expect(lines.join()).toContain(keyIdOf(before?.['wrapped_key'] as Buffer).toString('hex'));
    expect(lines.join()).toContain('RESUME_MASTER_KEYS_RETIRED');
  });
});

describe('an upload while a part is away', () => {
  test('the disk is full: SERVICE_UNAVAILABLE', async () => {
    const { round, people } = await aRound();
    throughStore.receive = (bytes) => {
      async function* full() {
        for await (const chunk of bytes) {
          yield chunk;
          throw Object.assign(new Error('ENOSPC: no space left on device, write'), {
            code: 'ENOSPC',
            syscall: 'write',
          });
        }
      }
      return store.receive(full());
    };
    await expectRefused(async () => send(people.hr, await resumeParts(round)), round, 503, 'SERVICE_UNAVAILABLE');
  });

  test('the master key cannot be used: SERVICE_UNAVAILABLE', async () => {
    const { round, people } = await aRound();
    throughMasters.wrap = () => Promise.reject(new Error('the key service is away'));
    await expectRefused(async () => send(people.hr, await resumeParts(round)), round, 503, 'SERVICE_UNAVAILABLE');
  });

  test('the scanner is away: SERVICE_UNAVAILABLE', async () => {
    const { round, people } = await aRound();
    scanner.scan = () => Promise.reject(new AppError('SERVICE_UNAVAILABLE', 'The scanner is away.'));
    await expectRefused(async () => send(people.hr, await resumeParts(round)), round, 503, 'SERVICE_UNAVAILABLE');
  });

  test('the scanner finds something: VALIDATION_FAILED that names it', async () => {
    const { round, people } = await aRound();
    scanner.scan = () => Promise.reject(malwareFound('Test.Marker'));
    const error = await expectRefused(
      async () => send(people.hr, await resumeParts(round)),
      round,
      400,
      'VALIDATION_FAILED',
    );
    expect(error.details).toEqual([{ path: 'resume', message: 'holds malware (Test.Marker)' }]);
  });

  test('the scanner is shown the file as it came', async () => {
    const { round, people } = await aRound();
    const seen: Buffer[] = [];
    scanner.scan = async (file) => {
      seen.push(Buffer.concat(await (await file.read()).toArray()));
    };
    await upload(people.candidate, round);
    expect(seen).toEqual([await fixture('resume.pdf')]);
  });
});
