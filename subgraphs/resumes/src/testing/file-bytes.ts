/** Bytes in memory, read like a file in the store. */
import { Readable } from 'node:stream';
import type { FileBytes } from '../checks/file-bytes.js';

const CHUNK_BYTES = 64 * 1024;

export const fileOf = (bytes: Uint8Array, chunkBytes = CHUNK_BYTES): FileBytes => ({
  sizeBytes: bytes.length,
  async read(range) {
    const wanted = Buffer.from(range ? bytes.subarray(range.start, range.end + 1) : bytes);
    function* chunks() {
      for (let at = 0; at < wanted.length; at += chunkBytes) yield wanted.subarray(at, at + chunkBytes);
    }
    return Readable.from(chunks(), { objectMode: false });
  },
});
