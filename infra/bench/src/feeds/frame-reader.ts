/**
 * Finds the frames in the bytes that a WebSocket server sends (RFC 6455, 5.2), at the price of looking at their headers:
 * a client of thousands of connections must cost less than the server that it measures. Whoever reads says of each
 * frame whether its content is wanted.
 */

export const OPCODE = { text: 1, close: 8, ping: 9, pong: 10 } as const;

export interface FrameSink {
  /** Whether this frame is to be handed over whole. Asked again when not all of it had come; it must answer the same. */
  wants(opcode: number, length: number): boolean;
  /** Its content lies in `bytes` from `start` to `end`, until this returns. */
  frame(opcode: number, bytes: Buffer, start: number, end: number): void;
  /** One that was not wanted has begun. */
  passed(opcode: number): void;
}

export class FrameReader {
  #toSkip = 0;
  #held: Buffer | undefined;

  constructor(private readonly sink: FrameSink) {}

  /** @throws Error for what no server may send: a masked frame, one of several parts, one of 4 GB and more. */
  read(bytes: Buffer, length: number): void {
    if (this.#held) {
      const joined = Buffer.concat([this.#held, bytes.subarray(0, length)]);
      this.#held = undefined;
      this.#readAll(joined, joined.length);
    } else this.#readAll(bytes, length);
  }

  #readAll(bytes: Buffer, length: number): void {
    const skipped = Math.min(this.#toSkip, length);
    this.#toSkip -= skipped;
    const read = this.#readFrames(bytes, skipped, length);
    if (read < length) this.#held = Buffer.from(bytes.subarray(read, length));
  }

  /** @returns where a frame begins that has to wait for the rest of it, else the length */
  #readFrames(bytes: Buffer, from: number, length: number): number {
    let at = from;
    while (at < length) {
      const available = length - at;
      const second = available > 1 ? (bytes[at + 1] ?? 0) : 0;
      const header = second < 126 ? 2 : second === 126 ? 4 : 10;
      if (available < header) return at;
      const first = bytes[at] ?? 0;
      if ((first & 0x80) === 0 || second > 127) throw new Error('The server sent a fragment, or a masked frame.');
      const size = second < 126 ? second : second === 126 ? bytes.readUInt16BE(at + 2) : long(bytes, at + 2);
      const opcode = first & 0x0f;
      const start = at + header;
      const end = start + size;
      if (this.sink.wants(opcode, size)) {
        if (end > length) return at;
        this.sink.frame(opcode, bytes, start, end);
      } else {
        this.sink.passed(opcode);
        if (end > length) this.#toSkip = end - length;
      }
      at = end;
    }
    return length;
  }
}

function long(bytes: Buffer, at: number): number {
  if (bytes.readUInt32BE(at) !== 0) throw new Error('The server sent a frame of 4 GB or more.');
  return bytes.readUInt32BE(at + 4);
}

/** A client's frame, as far as it fits one header without extension or a 16-bit length. The mask is zero: it is ours to choose. */
export function clientFrame(opcode: number, content: string | Buffer): Buffer {
  const bytes = Buffer.from(content);
  if (bytes.length > 0xffff) throw new Error('A message of a benchmark is longer than 64 KB.');
  const short = bytes.length < 126;
  const header = Buffer.alloc(short ? 6 : 8);
  header[0] = 0x80 | opcode;
  header[1] = 0x80 | (short ? bytes.length : 126);
  if (!short) header.writeUInt16BE(bytes.length, 2);
  return Buffer.concat([header, bytes]);
}
