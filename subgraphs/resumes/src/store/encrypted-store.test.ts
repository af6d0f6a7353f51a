/** What encryption adds to a store, and what its reader is told of damage. */
import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, readFile, rename, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { createLog } from '@interview/runtime/log';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { DamagedFileError } from '../crypt/damaged-file.js';
import { PIECE_BYTES } from '../crypt/file-cipher.js';
import { holdMasterKeys } from '../crypt/master-keys.js';
import { type EncryptedStoreOptions, encryptedStore } from './encrypted-store.js';
import type { ByteRange, FileStore } from './file-store.js';
import { openFolderStore } from './folder-store.js';

const log = createLog('test', 'silent');
const SEALED = PIECE_BYTES + 16;
let folder: string;
let below: FileStore;
let keys: Map<string, Buffer>;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'encrypted-'));
  below = await openFolderStore(folder, log);
  keys = new Map();
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const masters = holdMasterKeys(randomBytes(32));
const open = (options: Partial<EncryptedStoreOptions> = {}) =>
  encryptedStore({ store: below, masters, wrappedKeyOf: async (name) => keys.get(name) ?? null, log, ...options });

async function keep(name: string, content: Buffer, store = open()): Promise<void> {
  const file = await store.receive(Readable.from([content]));
  keys.set(name, await file.wrappedKey(name));
  await file.keep(name);
}
async function read(name: string, range?: ByteRange): Promise<Buffer | null> {
  const stream = await open().read(name, range);
  return stream && Buffer.concat(await stream.toArray());
}
const inStore = (name: string) => join(folder, 'kept', name);

describe('the encrypted store', () => {
  test('never has plaintext on disk, not while a file comes in either', async () => {
    const word = Buffer.from('Zoë has ten years of experience. ');
    const seen: Buffer[] = [];
    async function* watched() {
      for (let n = 0; n < 20; n += 1) {
        yield Buffer.alloc(50_000, word);
        for (const name of await readdir(join(folder, 'incoming')))
          seen.push(await readFile(join(folder, 'incoming', name)));
      }
    }
    const file = await open().receive(watched());
    keys.set('a.pdf', await file.wrappedKey('a.pdf'));
    await file.keep('a.pdf');
    seen.push(await readFile(inStore('a.pdf')));
    expect(Math.max(...seen.map((bytes) => bytes.length))).toBeGreaterThan(900_000);
    for (const bytes of seen) expect(bytes.includes('experience')).toBe(false);
    expect(await read('a.pdf')).toEqual(Buffer.concat(Array.from({ length: 20 }, () => Buffer.alloc(50_000, word))));
  });

  test('fetches for a range no more than the pieces that hold it', async () => {
    const content = randomBytes(5 * PIECE_BYTES);
    await keep('a.pdf', content);
    const asked: (ByteRange | undefined)[] = [];
    const watching: FileStore = {
      ...below,
      read(name, range) {
        asked.push(range);
        return below.read(name, range);
      },
    };
    const range = { start: 2 * PIECE_BYTES + 5, end: 2 * PIECE_BYTES + 9 };
    const stream = await open({ store: watching }).read('a.pdf', range);
    expect(Buffer.concat(await (stream?.toArray() ?? []))).toEqual(content.subarray(range.start, range.end + 1));
    expect(asked).toEqual([{ start: 2 * SEALED, end: 3 * SEALED - 1 }]);
  });

  test('closes what it reads from when its reader leaves, before the first byte too', async () => {
    await keep('a.pdf', randomBytes(10 * PIECE_BYTES));
    const closed: Promise<void>[] = [];
    const watching: FileStore = {
      ...below,
      async read(name) {
        const stream = await below.read(name);
        if (stream) closed.push(new Promise((resolve) => stream.once('close', () => resolve())));
        return stream;
      },
    };
    const store = open({ store: watching });
    (await store.read('a.pdf'))?.destroy();
    for await (const _piece of (await store.read('a.pdf')) ?? []) break;
    expect(closed).toHaveLength(2);
    await Promise.all(closed);
  });
});

describe('a file that was changed in the store', () => {
  const content = randomBytes(3 * PIECE_BYTES + 100);

  test('in its first piece is an error before any byte', async () => {
    await keep('a.pdf', content);
    const bytes = await readFile(inStore('a.pdf'));
    bytes[5] = (bytes[5] ?? 0) ^ 1;
    await writeFile(inStore('a.pdf'), bytes);
    await expect(open().read('a.pdf')).rejects.toThrow(DamagedFileError);
    await expect(open().read('a.pdf', { start: 10, end: 20 })).rejects.toThrow(DamagedFileError);
    expect(await read('a.pdf', { start: PIECE_BYTES, end: PIECE_BYTES + 9 })).toEqual(
      content.subarray(PIECE_BYTES, PIECE_BYTES + 10),
    );
  });

  test('by being cut at the border of a piece is an error, for a range behind it too', async () => {
    await keep('a.pdf', content);
    await truncate(inStore('a.pdf'), 2 * SEALED);
    await expect(read('a.pdf')).rejects.toThrow(DamagedFileError);
    await expect(read('a.pdf', { start: 3 * PIECE_BYTES, end: 3 * PIECE_BYTES + 5 })).rejects.toThrow(DamagedFileError);
    await truncate(inStore('a.pdf'), 0);
    await expect(open().read('a.pdf')).rejects.toThrow(DamagedFileError);
  });

  test('by being put in the place of another is an error', async () => {
    await keep('a.pdf', content);
    await keep('b.pdf', content);
    await rename(inStore('a.pdf'), inStore('b.pdf'));
    await expect(open().read('b.pdf')).rejects.toThrow(DamagedFileError);
    // Its key taken along.
    keys.set('b.pdf', keys.get('a.pdf') as Buffer);
    await expect(open().read('b.pdf')).rejects.toThrow(DamagedFileError);
  });
});

describe('a master key that cannot be used', () => {
  test('to wrap is SERVICE_UNAVAILABLE', async () => {
    const away = { ...masters, wrap: () => Promise.reject(new Error('the key service is away')) };
    const file = await open({ masters: away }).receive(Readable.from([Buffer.from('a')]));
    await expect(file.wrappedKey('a.pdf')).rejects.toMatchObject({ code: 'SERVICE_UNAVAILABLE' });
  });

  test('to unwrap, because it is another, is SERVICE_UNAVAILABLE', async () => {
    await keep('a.pdf', Buffer.from('a'));
    const others = open({ masters: holdMasterKeys(randomBytes(32)) });
    await expect(others.read('a.pdf')).rejects.toMatchObject({ code: 'SERVICE_UNAVAILABLE' });
  });
});
