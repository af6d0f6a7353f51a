/** What the port promises, run against each adapter. */
import { createHash, randomUUID } from 'node:crypto';
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { createLog } from '@interview/runtime/log';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { holdMasterKeys } from '../crypt/master-keys.js';
import { BUCKET, S3_ENVIRONMENT, type S3Server, startS3Server } from '../testing/s3-server.js';
import { encryptedStore } from './encrypted-store.js';
import type { FileStore } from './file-store.js';
import { folderOf, openFolderStore } from './folder-store.js';
import { openS3Store } from './s3-store.js';

const log = createLog('test', 'silent');
let folder: string;
let s3: S3Server;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'store-'));
  s3 = await startS3Server();
  Object.assign(process.env, S3_ENVIRONMENT, { AWS_ENDPOINT_URL_S3: s3.url });
});
afterEach(async () => {
  await s3.close();
  await rm(folder, { recursive: true, force: true });
});

/** With the files' keys remembered, as the database does. */
function encrypted(store: FileStore): FileStore {
  const keys = new Map<string, Buffer>();
  const masters = holdMasterKeys(Buffer.alloc(32, 1));
  const inner = encryptedStore({ store, masters, wrappedKeyOf: async (name) => keys.get(name) ?? null, log });
  return {
    ...inner,
    async receive(bytes) {
      const file = await inner.receive(bytes);
      return {
        ...file,
        async keep(name) {
          keys.set(name, await file.wrappedKey(name));
          await file.keep(name);
        },
      };
    },
  };
}

const inFolder = () => openFolderStore(folder, log);
const inBucket = () => openS3Store({ bucket: BUCKET, prefix: 'some/where/' }, log);
const ADAPTERS: Record<string, () => Promise<FileStore>> = {
  folder: inFolder,
  'S3 bucket': inBucket,
  'folder, encrypted': async () => encrypted(await inFolder()),
  'S3 bucket, encrypted': async () => encrypted(await inBucket()),
};

async function* pieces(...texts: string[]) {
  for (const text of texts) yield Buffer.from(text);
}
async function* broken() {
  yield Buffer.from('half');
  throw new Error('cut');
}
async function textOf(stream: Readable | null): Promise<string | null> {
  if (!stream) return null;
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}
const inAnHour = () => new Date(Date.now() + 3600_000);

async function* large(bytes: number) {
  for (let at = 0; at < bytes; at += 50_000) yield Buffer.alloc(Math.min(50_000, bytes - at), at / 50_000);
}
async function hashOf(stream: AsyncIterable<Uint8Array>): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of stream) hash.update(chunk);
  return hash.digest('hex');
}

describe.each(Object.entries(ADAPTERS))('the file store in a %s', (_name, open) => {
  test('gives back what it was given, once it is kept', async () => {
    const store = await open();
    const name = `${randomUUID()}.pdf`;
    const file = await store.receive(pieces('one ', 'two ', 'three'));
    expect(file.sizeBytes).toBe(13);
    expect(file.sha256).toBe(createHash('sha256').update('one two three').digest('hex'));
    expect(await textOf(await file.read())).toBe('one two three');
    expect(await textOf(await file.read({ start: 4, end: 6 }))).toBe('two');
    expect(await store.read(name)).toBeNull();
    await file.keep(name);
    expect(await textOf(await store.read(name))).toBe('one two three');
    expect(await textOf(await store.read(name, { start: 8, end: 12 }))).toBe('three');
  });

  test('forgets what is discarded, and keeps what was kept before', async () => {
    const store = await open();
    const [dropped, kept] = [await store.receive(pieces('a')), await store.receive(pieces('b'))];
    await kept.keep('kept.pdf');
    await dropped.discard();
    await kept.discard();
    await expect(dropped.read()).rejects.toThrow();
    expect(await textOf(await store.read('kept.pdf'))).toBe('b');
  });

  test('passes on what breaks a stream', async () => {
    const store = await open();
    await expect(store.receive(broken())).rejects.toThrow('cut');
  });

  test('removes a file, and does not mind one that is not there', async () => {
    const store = await open();
    await (await store.receive(pieces('a'))).keep('a.pdf');
    await store.remove('a.pdf');
    await store.remove('a.pdf');
    expect(await store.read('a.pdf')).toBeNull();
  });

  test('takes a file of many pieces as it is', async () => {
    const store = await open();
    const file = await store.receive(large(11_000_000));
    expect(file.sizeBytes).toBe(11_000_000);
    expect(file.sha256).toBe(await hashOf(large(11_000_000)));
    await file.keep('a.pdf');
    const whole = await store.read('a.pdf');
    const range = await store.read('a.pdf', { start: 10_949_990, end: 10_950_009 });
    if (!whole || !range) throw new Error('The file is missing.');
    expect(await hashOf(whole)).toBe(file.sha256);
    expect((await range.toArray()).map((chunk: Buffer) => chunk.toString('hex')).join('')).toBe(
      'da'.repeat(10) + 'db'.repeat(10),
    );
  });

  test('has nothing of a stream that breaks', async () => {
    const store = await open();
    await expect(store.receive(broken())).rejects.toThrow('cut');
    expect(await readdir(join(folder, 'incoming')).catch(() => [])).toEqual([]);
    expect([...s3.objects.keys(), ...s3.uploads.keys()]).toEqual([]);
  });

  test('names the files whose names begin so', async () => {
    const store = await open();
    for (const name of ['a_1.pdf', 'a_2.pdf', 'a_3.pdf', 'ab_1.pdf', 'b_1.pdf']) {
      await (await store.receive(pieces(name))).keep(name);
    }
    expect((await store.named('a_')).sort()).toEqual(['a_1.pdf', 'a_2.pdf', 'a_3.pdf']);
    expect(await store.named('c_')).toEqual([]);
  });

  test('names what was kept before a moment, and forgets what was never finished', async () => {
    const store = await open();
    await (await store.receive(pieces('a'))).keep('a.pdf');
    const unfinished = await store.receive(pieces('b'));
    expect(await store.leftSince(new Date(0))).toEqual([]);
    expect(await textOf(await unfinished.read())).toBe('b');
    expect(await store.leftSince(inAnHour())).toEqual(['a.pdf']);
    await expect(unfinished.read()).rejects.toThrow();
  });
});

describe('the folder store', () => {
  test('takes the next piece only when the one before is on disk', async () => {
    const store = await inFolder();
    const sizes: number[] = [];
    async function* watched() {
      for (let n = 0; n < 5; n += 1) {
        yield Buffer.alloc(100_000);
        const [name = ''] = await readdir(join(folder, 'incoming'));
        sizes.push((await stat(join(folder, 'incoming', name))).size);
      }
    }
    await store.receive(watched());
    expect(sizes).toEqual([100_000, 200_000, 300_000, 400_000, 500_000]);
  });

  test('leaves nothing of a broken stream', async () => {
    const store = await inFolder();
    await expect(store.receive(broken())).rejects.toThrow('cut');
    expect(await readdir(join(folder, 'incoming'))).toEqual([]);
  });

  test('is for the eyes of its owner alone', async () => {
    const store = await inFolder();
    await (await store.receive(pieces('a'))).keep('a.pdf');
    const modeOf = async (path: string) => ((await stat(join(folder, path))).mode & 0o777).toString(8);
    expect(await Promise.all(['incoming', 'kept', 'kept/a.pdf'].map(modeOf))).toEqual(['700', '700', '600']);
  });

  test('lies where its address says', () => {
    expect(folderOf('file:///var/lib/resumes')).toBe('/var/lib/resumes');
    expect(folderOf('file:/var/lib/resumes')).toBe('/var/lib/resumes');
    expect(folderOf('file:.data/resumes')).toBe(join(process.cwd(), '.data/resumes'));
  });
});
