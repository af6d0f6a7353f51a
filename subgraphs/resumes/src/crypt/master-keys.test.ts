import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { DamagedFileError } from './damaged-file.js';
import { newFileSecret } from './file-cipher.js';
import { masterKeysFrom } from './master-key-source.js';
import { holdMasterKeys, KeyNotHeldError, keyIdOf } from './master-keys.js';
import { unwrapSecret, wrapSecret } from './wrapped-secret.js';

const aSecret = () => ({ ...newFileSecret(), size: 123_456_789_012 });

describe('a wrapped key', () => {
  test('is unwrapped by the same master key, for the same file', async () => {
    const masters = holdMasterKeys(randomBytes(32));
    const secret = aSecret();
    const wrapped = await wrapSecret(secret, 'a.pdf', masters);
    expect(wrapped.includes(secret.key)).toBe(false);
    expect(await unwrapSecret(wrapped, 'a.pdf', masters)).toEqual(secret);
  });

  test('is not unwrapped for another file, nor when a bit of it was changed', async () => {
    const masters = holdMasterKeys(randomBytes(32));
    const wrapped = await wrapSecret(aSecret(), 'a.pdf', masters);
    await expect(unwrapSecret(wrapped, 'b.pdf', masters)).rejects.toThrow(DamagedFileError);
    for (let at = 0; at < wrapped.length; at += 1) {
      const changed = Buffer.from(wrapped);
      changed[at] = (changed[at] ?? 0) ^ 1;
      await expect(unwrapSecret(changed, 'a.pdf', masters)).rejects.toThrow(/key/);
    }
    await expect(unwrapSecret(wrapped.subarray(0, 20), 'a.pdf', masters)).rejects.toThrow(DamagedFileError);
  });

  test('names the master key that it needs, where that is not held', async () => {
    const [one, other] = [holdMasterKeys(randomBytes(32)), holdMasterKeys(randomBytes(32))];
    const wrapped = await wrapSecret(aSecret(), 'a.pdf', one);
    await expect(unwrapSecret(wrapped, 'a.pdf', other)).rejects.toThrow(KeyNotHeldError);
    await expect(unwrapSecret(wrapped, 'a.pdf', other)).rejects.toThrow(one.currentId.toString('hex'));
  });

  test('of a retired master key is still unwrapped; new ones are of the current one', async () => {
    const [old, current] = [randomBytes(32), randomBytes(32)];
    const secret = aSecret();
    const wrapped = await wrapSecret(secret, 'a.pdf', holdMasterKeys(old));
    const both = holdMasterKeys(current, [old]);
    expect(await unwrapSecret(wrapped, 'a.pdf', both)).toEqual(secret);
    const anew = await wrapSecret(secret, 'a.pdf', both);
    expect(keyIdOf(anew)).toEqual(holdMasterKeys(current).currentId);
    expect(await unwrapSecret(anew, 'a.pdf', holdMasterKeys(current))).toEqual(secret);
  });
});

describe('where master keys come from', () => {
  let dataDir: string;
  beforeEach(async () => {
    dataDir = join(await mkdtemp(join(tmpdir(), 'keys-')), 'data');
  });
  afterEach(() => rm(join(dataDir, '..'), { recursive: true, force: true }));
  const settings = (more: object = {}) => ({ NODE_ENV: 'development', DATA_DIR: dataDir, ...more });

  test('in production a missing key ends the start with a message', async () => {
    await expect(masterKeysFrom(settings({ NODE_ENV: 'production' }))).rejects.toThrow(
      /RESUME_MASTER_KEY must be set in production/,
    );
  });

  test('in development one is made for the owner alone, and found again', async () => {
    const first = await masterKeysFrom(settings());
    const second = await masterKeysFrom(settings());
    expect(second.currentId).toEqual(first.currentId);
    expect(await readdir(dataDir)).toEqual(['resume-master-key']);
    expect((await stat(join(dataDir, 'resume-master-key'))).mode & 0o777).toBe(0o600);
  });

  test('any number of replicas that start at once get the same', async () => {
    const ids = await Promise.all(Array.from({ length: 20 }, async () => (await masterKeysFrom(settings())).currentId));
    expect(new Set(ids.map((id) => id.toString('hex'))).size).toBe(1);
    expect(await readdir(dataDir)).toEqual(['resume-master-key']);
  });

  test('a file that holds no key is not replaced', async () => {
    await masterKeysFrom(settings());
    await writeFile(join(dataDir, 'resume-master-key'), 'half');
    await expect(masterKeysFrom(settings())).rejects.toThrow(/resume-master-key does not hold 32 bytes/);
  });

  test('the settings come first', async () => {
    const key = randomBytes(32);
    const masters = await masterKeysFrom(settings({ RESUME_MASTER_KEY: key.toString('base64') }));
    expect(masters.currentId).toEqual(holdMasterKeys(key).currentId);
    await expect(readdir(dataDir)).rejects.toThrow(/ENOENT/);
  });
});
