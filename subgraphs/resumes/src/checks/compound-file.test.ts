import { readFile } from 'node:fs/promises';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { compoundFile } from '../testing/compound-file.js';
import { fileOf } from '../testing/file-bytes.js';
import { openCompoundFile } from './compound-file.js';
import { reading } from './file-bytes.js';

const open = (bytes: Uint8Array) => openCompoundFile(reading(fileOf(bytes)), bytes.length);
const names = async (bytes: Uint8Array) => (await open(bytes))?.entries.map(({ name }) => name);

describe('a compound file', () => {
  test('lists what is in a real one, and reads small streams of it too', async () => {
    const compound = await open(await readFile(new URL('../../fixtures/resume.doc', import.meta.url)));
    expect(compound?.entries.map(({ name }) => name)).toEqual(expect.arrayContaining(['Root Entry', 'WordDocument']));
    const small = compound?.entries.find(
      ({ kind, sizeBytes }) => kind === 'stream' && sizeBytes > 0 && sizeBytes < 4096,
    );
    if (!compound || !small) throw new Error('The fixture holds no small stream.');
    expect(await compound.read(small, 0, small.sizeBytes)).toHaveLength(small.sizeBytes);
  });

  test('lists entries of several sectors, and reads any part of a stream', async () => {
    const content = Buffer.from(Array.from({ length: 20_000 }, (_, n) => n % 251));
    const bytes = compoundFile([
      ...Array.from({ length: 20 }, (_, n) => ({ name: `Entry ${n}`, kind: 'storage' as const })),
      { name: 'Long', content },
    ]);
    const compound = await open(bytes);
    expect(compound?.entries).toHaveLength(22);
    const long = compound?.entries.find(({ name }) => name === 'Long');
    if (!compound || !long) throw new Error('The stream is missing.');
    expect((await compound.read(long, 0, 20_000)).equals(content)).toBe(true);
    expect((await compound.read(long, 1000, 300)).equals(content.subarray(1000, 1300))).toBe(true);
    expect(bytes.length).toBeLessThanOrEqual(compound.extent);
  });

  test('ends where its chains go round in a circle', async () => {
    const bytes = compoundFile([{ name: 'Long', content: Buffer.alloc(20_000) }]);
    const table = bytes.length - 512;
    // The directory's only sector, and the stream's second, lead back to where they come from.
    bytes.writeUInt32LE(0, table);
    bytes.writeUInt32LE(1, table + 4 * 2);
    const compound = await open(bytes);
    const long = compound?.entries.find(({ name }) => name === 'Long');
    if (!compound || !long) throw new Error('The stream is missing.');
    expect((await compound.read(long, 19_000, 1000)).length).toBeLessThanOrEqual(1000);
    expect(compound.entries.length).toBeLessThanOrEqual(64 * 4);
  });

  test('is no other file, and no file makes it fail', async () => {
    expect(await names(Buffer.from('%PDF-1.7'))).toBeUndefined();
    const real = compoundFile([{ name: 'Long', content: Buffer.alloc(5000) }]);
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.nat({ max: real.length - 1 }), fc.nat({ max: 255 })), { maxLength: 40 }),
        async (changes) => {
          const bytes = Buffer.from(real);
          for (const [at, value] of changes) bytes[at] = value;
          const compound = await open(bytes);
          for (const entry of compound?.entries ?? [])
            expect((await compound?.read(entry, 100, 400))?.length).toBeLessThanOrEqual(400);
        },
      ),
    );
  });
});
