/** What the port promises, run against each adapter. */
import { createHash, randomUUID } from 'node:crypto';
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { createLog } from '@interview/runtime/log';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { FileStore } from './file-store.js';
import { folderOf, openFolderStore } from './folder-store.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'store-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const ADAPTERS: Record<string, () => Promise<FileStore>> = {
  folder: () => openFolderStore(folder, createLog('test', 'silent')),
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
    const store = await openFolderStore(folder, createLog('test', 'silent'));
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
    const store = await openFolderStore(folder, createLog('test', 'silent'));
    await expect(store.receive(broken())).rejects.toThrow('cut');
    expect(await readdir(join(folder, 'incoming'))).toEqual([]);
  });

  test('is for the eyes of its owner alone', async () => {
    const store = await openFolderStore(folder, createLog('test', 'silent'));
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
