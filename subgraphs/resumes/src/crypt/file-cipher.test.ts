/** Whatever happens to a file in the store, its reader gets what was put there or an error, and never a changed byte. */
import { randomBytes } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { DamagedFileError } from './damaged-file.js';
import {
  newFileSecret,
  openSealed,
  PIECE_BYTES,
  type SizedSecret,
  sealedRange,
  sealedSize,
  sealFile,
} from './file-cipher.js';

const SEALED = PIECE_BYTES + 16;

async function* chunked(bytes: Uint8Array, length = 10_000): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += length) yield bytes.subarray(at, at + length);
}
async function whole(bytes: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of bytes) chunks.push(chunk);
  return Buffer.concat(chunks);
}
async function aSealedFile(size: number) {
  const plain = randomBytes(size);
  const secret: SizedSecret = { ...newFileSecret(), size };
  return { plain, secret, sealed: await whole(sealFile(chunked(plain), secret)) };
}
/** What is handed out before the error. */
async function readUntilError(sealed: Uint8Array, secret: SizedSecret) {
  const chunks: Uint8Array[] = [];
  try {
    for await (const chunk of openSealed(chunked(sealed), secret)) chunks.push(chunk);
  } catch (error) {
    return { error, given: Buffer.concat(chunks) };
  }
  return { error: undefined, given: Buffer.concat(chunks) };
}

describe('a sealed file', () => {
  test.each([0, 1, PIECE_BYTES - 1, PIECE_BYTES, PIECE_BYTES + 1, 3 * PIECE_BYTES, 3 * PIECE_BYTES + 5])(
    'of %d bytes is opened again',
    async (size) => {
      const { plain, secret, sealed } = await aSealedFile(size);
      expect(sealed).toHaveLength(sealedSize(size));
      expect((await whole(openSealed(chunked(sealed, 999), secret))).equals(plain)).toBe(true);
    },
  );

  test('shows nothing of what is in it, and is never sealed the same way twice', async () => {
    const plain = Buffer.alloc(2 * PIECE_BYTES, 'the same word ');
    const [a, b] = [
      await whole(sealFile(chunked(plain), newFileSecret())),
      await whole(sealFile(chunked(plain), newFileSecret())),
    ];
    expect(a.includes('the same')).toBe(false);
    expect(a.subarray(0, PIECE_BYTES).equals(a.subarray(SEALED, SEALED + PIECE_BYTES))).toBe(false);
    expect(a.equals(b)).toBe(false);
  });

  test('gives any range, from the pieces that hold it alone', async () => {
    const { plain, secret, sealed } = await aSealedFile(3 * PIECE_BYTES + 77);
    const position = fc.nat({ max: plain.length - 1 });
    await fc.assert(
      fc.asyncProperty(position, position, async (a, b) => {
        const range = { start: Math.min(a, b), end: Math.max(a, b) };
        const { start, end } = sealedRange(range, secret);
        const pieces = Math.floor(range.end / PIECE_BYTES) - Math.floor(range.start / PIECE_BYTES) + 1;
        expect(end - start + 1).toBeLessThanOrEqual(pieces * SEALED);
        const given = await whole(openSealed(chunked(sealed.subarray(start, end + 1)), secret, range));
        expect(given.equals(plain.subarray(range.start, range.end + 1))).toBe(true);
      }),
      { numRuns: 50 },
    );
  });
});

describe('a changed file gives an error, and before it only whole pieces that are right', () => {
  const pieces = (sealed: Buffer) =>
    Array.from({ length: Math.ceil(sealed.length / SEALED) }, (_, n) => sealed.subarray(n * SEALED, (n + 1) * SEALED));
  const CHANGES: Record<string, (parts: Buffer[]) => Buffer[]> = {
    'the first piece dropped': ([, ...rest]) => rest,
    'a middle piece dropped': (parts) => parts.toSpliced(1, 1),
    'the last piece dropped': (parts) => parts.slice(0, -1),
    'two pieces swapped': ([a, b, ...rest]) => [b, a, ...rest] as Buffer[],
    'a piece doubled': (parts) => parts.toSpliced(1, 0, parts[1] as Buffer),
    'the last piece doubled': (parts) => [...parts, parts.at(-1) as Buffer],
    'the last piece in the place of another of its length': (parts) => parts.with(1, parts.at(-1) as Buffer),
    'the end cut off within a piece': (parts) => parts.with(-1, (parts.at(-1) as Buffer).subarray(0, -1)),
    'the end cut off but for less than a tag': (parts) => parts.with(-1, (parts.at(-1) as Buffer).subarray(0, 5)),
    'a byte behind the end': (parts) => [...parts, Buffer.of(0)],
    'nothing left': () => [],
  };

  test.each(Object.entries(CHANGES))('%s', async (_what, change) => {
    for (const size of [4 * PIECE_BYTES, 4 * PIECE_BYTES - 100]) {
      const { plain, secret, sealed } = await aSealedFile(size);
      const { error, given } = await readUntilError(Buffer.concat(change(pieces(sealed))), secret);
      expect(error).toBeInstanceOf(DamagedFileError);
      expect(given.equals(plain.subarray(0, given.length))).toBe(true);
      expect(given.length % PIECE_BYTES === 0 || given.length === size).toBe(true);
    }
  });

  test('any bit flipped', async () => {
    const { plain, secret, sealed } = await aSealedFile(2 * PIECE_BYTES + 10);
    await fc.assert(
      fc.asyncProperty(fc.nat({ max: sealed.length - 1 }), fc.nat({ max: 7 }), async (at, bit) => {
        const changed = Buffer.from(sealed);
        changed[at] = (changed[at] ?? 0) ^ (1 << bit);
        const { error, given } = await readUntilError(changed, secret);
        expect(error).toBeInstanceOf(DamagedFileError);
        expect(given.equals(plain.subarray(0, Math.floor(at / SEALED) * PIECE_BYTES))).toBe(true);
      }),
      { numRuns: 60 },
    );
  });

  test('pieces of another file, of the same key even', async () => {
    const { secret, sealed } = await aSealedFile(2 * PIECE_BYTES);
    const other = { ...newFileSecret(), key: secret.key, size: secret.size };
    const foreign = await whole(sealFile(chunked(Buffer.alloc(2 * PIECE_BYTES)), other));
    const mixed = Buffer.concat([sealed.subarray(0, SEALED), foreign.subarray(SEALED)]);
    expect((await readUntilError(mixed, secret)).error).toBeInstanceOf(DamagedFileError);
  });

  test('a wrong size, which would move the last piece', async () => {
    const { secret, sealed } = await aSealedFile(2 * PIECE_BYTES);
    for (const size of [PIECE_BYTES, 3 * PIECE_BYTES]) {
      expect((await readUntilError(sealed, { ...secret, size })).error).toBeInstanceOf(DamagedFileError);
    }
  });

  test('a range of a file that was cut before its end', async () => {
    const { secret, sealed } = await aSealedFile(3 * PIECE_BYTES);
    const range = { start: PIECE_BYTES, end: 3 * PIECE_BYTES - 1 };
    const cut = sealed.subarray(SEALED, 2 * SEALED);
    await expect(whole(openSealed(chunked(cut), secret, range))).rejects.toThrow(DamagedFileError);
  });
});
