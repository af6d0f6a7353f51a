/**
 * How a file lies in the store: pieces of 64 KiB, each sealed with AES-256-GCM under the file's own random key, each
 * followed by its tag, with nothing before or between them. The last piece alone may be shorter.
 *
 * The construction is STREAM (Hoang, Reyhanitabar, Rogaway, Vizár: "Online Authenticated-Encryption and its Nonce-
 * Reuse Misuse-Resistance", 2015): a piece's nonce is the file's prefix (7 bytes), the piece's number (4) and whether
 * it is the last (1). With the number and the file's id in the additional data, a piece that was flipped, dropped,
 * put elsewhere, doubled or taken from another file does not open, and none of its bytes is ever handed out.
 * The size is part of the secret, so that how many pieces there must be is known before the first one is read.
 */
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import type { ByteRange } from '../store/file-store.js';
import { DamagedFileError } from './damaged-file.js';

/** Plaintext bytes of a piece. */
export const PIECE_BYTES = 64 * 1024;
const TAG_BYTES = 16;
const SEALED_BYTES = PIECE_BYTES + TAG_BYTES;
const ALGORITHM = 'aes-256-gcm';
/** The first of the additional data: another layout would have another. */
const LAYOUT = Buffer.from('interview-resume-1');

/** What opens one file and no other. */
export interface FileSecret {
  /** 32 bytes. */
  key: Buffer;
  /** 16 bytes, in every piece's additional data. */
  id: Buffer;
  /** 7 bytes. */
  noncePrefix: Buffer;
}

/** With the plaintext's size in bytes, which is known at its end only. */
export interface SizedSecret extends FileSecret {
  size: number;
}

export const newFileSecret = (): FileSecret => ({
  key: randomBytes(32),
  id: randomBytes(16),
  noncePrefix: randomBytes(7),
});

const pieceCount = (size: number) => Math.max(1, Math.ceil(size / PIECE_BYTES));
/** Bytes that a file of `size` takes in the store. */
export const sealedSize = (size: number) => size + TAG_BYTES * pieceCount(size);

/** Holds one piece in memory. What `plain` throws is passed on. */
export async function* sealFile(plain: AsyncIterable<Uint8Array>, secret: FileSecret): AsyncGenerator<Buffer> {
  let number = 0;
  for await (const { piece, isLast } of inPieces(plain, PIECE_BYTES)) {
    yield sealPiece(piece, secret, number, isLast);
    number += 1;
  }
  if (number === 0) yield sealPiece(Buffer.alloc(0), secret, 0, true);
}

/** Where in the store the pieces lie that hold a range of the plaintext. */
export function sealedRange({ start, end }: ByteRange, { size }: SizedSecret): ByteRange {
  return {
    start: Math.floor(start / PIECE_BYTES) * SEALED_BYTES,
    end: Math.min((Math.floor(end / PIECE_BYTES) + 1) * SEALED_BYTES, sealedSize(size)) - 1,
  };
}

/**
 * The plaintext of `range` (of the whole file without one); `sealed` are the bytes of `sealedRange`, or the whole file.
 * @throws DamagedFileError before any byte of a piece that is not as it was sealed.
 */
export async function* openSealed(
  sealed: AsyncIterable<Uint8Array>,
  secret: SizedSecret,
  range?: ByteRange,
): AsyncGenerator<Buffer> {
  const { start, end } = range ?? { start: 0, end: secret.size - 1 };
  const lastOfFile = pieceCount(secret.size) - 1;
  const lastWanted = range ? Math.floor(end / PIECE_BYTES) : lastOfFile;
  let number = Math.floor(start / PIECE_BYTES);
  for await (const { piece } of inPieces(sealed, SEALED_BYTES)) {
    if (number > lastWanted) throw new DamagedFileError('The file is longer than it was.');
    const plain = openPiece(piece, secret, number, number === lastOfFile);
    const offset = number * PIECE_BYTES;
    yield plain.subarray(Math.max(0, start - offset), Math.min(plain.length, end + 1 - offset));
    number += 1;
  }
  if (number <= lastWanted) throw new DamagedFileError('The file is cut short.');
}

function sealPiece(plain: Buffer, secret: FileSecret, number: number, last: boolean): Buffer {
  const { nonce, data } = bindings(secret, number, last);
  const cipher = createCipheriv(ALGORITHM, secret.key, nonce).setAAD(data);
  return Buffer.concat([cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
}

function openPiece(sealed: Buffer, secret: FileSecret, number: number, last: boolean): Buffer {
  const at = sealed.length - TAG_BYTES;
  if (at < 0) throw new DamagedFileError('The file is cut short.');
  const { nonce, data } = bindings(secret, number, last);
  const decipher = createDecipheriv(ALGORITHM, secret.key, nonce, { authTagLength: TAG_BYTES }).setAAD(data);
  decipher.setAuthTag(sealed.subarray(at));
  const plain = decipher.update(sealed.subarray(0, at));
  try {
    decipher.final();
  } catch {
    throw new DamagedFileError(`Piece ${number} of the file is not as it was sealed.`);
  }
  return plain;
}

function bindings({ id, noncePrefix }: FileSecret, number: number, last: boolean): { nonce: Buffer; data: Buffer } {
  const place = Buffer.alloc(5);
  place.writeUInt32BE(number);
  place.writeUInt8(last ? 1 : 0, 4);
  return { nonce: Buffer.concat([noncePrefix, place]), data: Buffer.concat([LAYOUT, id, place]) };
}

interface Piece {
  piece: Buffer;
  isLast: boolean;
}

/** The bytes cut anew: pieces of exactly `length`, the last one of what is left. One goes when the next byte is there. */
async function* inPieces(bytes: AsyncIterable<Uint8Array>, length: number): AsyncGenerator<Piece> {
  let piece = Buffer.allocUnsafe(length);
  let filled = 0;
  for await (const chunk of bytes) {
    for (let at = 0; at < chunk.length; ) {
      if (filled === length) {
        yield { piece, isLast: false };
        piece = Buffer.allocUnsafe(length);
        filled = 0;
      }
      const part = chunk.subarray(at, at + length - filled);
      piece.set(part, filled);
      filled += part.length;
      at += part.length;
    }
  }
  if (filled > 0) yield { piece: piece.subarray(0, filled), isLast: true };
}
