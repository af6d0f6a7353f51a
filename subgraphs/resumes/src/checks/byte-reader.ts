/** Takes a stream apart from its beginning: so many bytes whole, so many as they come. */
export interface ByteReader {
  /** How many bytes were taken. */
  readonly position: number;
  /** Exactly so many bytes, for small things; undefined when the stream ends before. */
  take(length: number): Promise<Buffer | undefined>;
  /** So many bytes as they come; fewer when the stream ends before. */
  pieces(length: number): AsyncGenerator<Buffer>;
  /** Ends the stream. */
  close(): Promise<void>;
}

/** `seen` is shown every chunk before it is taken apart. */
export function byteReader(bytes: AsyncIterable<Buffer>, seen: (chunk: Buffer) => void): ByteReader {
  const source = bytes[Symbol.asyncIterator]();
  let waiting: Buffer = Buffer.alloc(0);
  let position = 0;

  async function some(atMost: number): Promise<Buffer | undefined> {
    while (waiting.length === 0) {
      const next = await source.next();
      if (next.done) return undefined;
      waiting = next.value;
      seen(waiting);
    }
    const part = waiting.subarray(0, atMost);
    waiting = waiting.subarray(part.length);
    position += part.length;
    return part;
  }

  return {
    get position() {
      return position;
    },
    async take(length) {
      const parts: Buffer[] = [];
      for (let left = length; left > 0; ) {
        const part = await some(left);
        if (!part) return undefined;
        parts.push(part);
        left -= part.length;
      }
      return Buffer.concat(parts);
    },
    async *pieces(length) {
      for (let left = length; left > 0; ) {
        const part = await some(left);
        if (!part) return;
        left -= part.length;
        yield part;
      }
    },
    async close() {
      await source.return?.();
    },
  };
}
