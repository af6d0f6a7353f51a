/** Reading a file that is not to be trusted: in pieces, never whole. */
import type { ReceivedFile } from '../store/file-store.js';

export type FileBytes = Pick<ReceivedFile, 'read' | 'sizeBytes'>;

/** Reads up to `length` bytes from `offset`; fewer at the end of the file. */
export type ReadBytes = (offset: number, length: number) => Promise<Buffer>;

export const reading =
  (file: FileBytes): ReadBytes =>
  async (offset, length) => {
    const end = Math.min(offset + length, file.sizeBytes) - 1;
    if (offset < 0 || offset > end) return Buffer.alloc(0);
    const chunks: Buffer[] = [];
    for await (const chunk of await file.read({ start: offset, end })) chunks.push(chunk as Buffer);
    return Buffer.concat(chunks);
  };

const BLOCK_BYTES = 64 * 1024;
const BLOCKS_KEPT = 32;

/** The same for formats that jump about: what was read last (2 MB) is not fetched again. */
export function cached(read: ReadBytes): ReadBytes {
  const blocks = new Map<number, Promise<Buffer>>();
  const blockAt = (index: number): Promise<Buffer> => {
    const block = blocks.get(index) ?? read(index * BLOCK_BYTES, BLOCK_BYTES);
    // Behind all others, as the last used.
    blocks.delete(index);
    blocks.set(index, block);
    const [oldest] = blocks.keys();
    if (blocks.size > BLOCKS_KEPT && oldest !== undefined) blocks.delete(oldest);
    return block;
  };
  return async (offset, length) => {
    const parts: Buffer[] = [];
    for (let at = offset; at < offset + length; ) {
      const index = Math.floor(at / BLOCK_BYTES);
      const from = at - index * BLOCK_BYTES;
      const part = (await blockAt(index)).subarray(from, from + offset + length - at);
      if (part.length === 0) break;
      parts.push(part);
      at += part.length;
    }
    return Buffer.concat(parts);
  };
}
