/**
 * The port behind which resume files lie. A file comes in as a stream under no name, and has a name only once
 * it is kept; so nobody reads a file that came in halfway.
 *
 * Adapters store the bytes that they are given. The product gives them none but encrypted ones: it speaks to an adapter
 * through `encrypted-store.ts` only.
 */
import type { Readable } from 'node:stream';

/** Both ends inclusive, counted from 0. */
export interface ByteRange {
  start: number;
  end: number;
}

export interface FileStore {
  /**
   * Takes a whole stream in, piece by piece.
   * @throws what the stream throws, and AppError SERVICE_UNAVAILABLE when the store cannot take it; nothing is
   * left behind then.
   */
  receive(bytes: AsyncIterable<Uint8Array>): Promise<ReceivedFile>;
  /** The file's bytes, or null when there is no file of that name. */
  read(name: string, range?: ByteRange): Promise<Readable | null>;
  /** Does nothing where there is no such file. */
  remove(name: string): Promise<void>;
  /** Names of the files kept whose names begin so. */
  named(beginning: string): Promise<string[]>;
  /** Names of the files kept before then. What came in before then and was neither kept nor discarded is removed. */
  leftSince(before: Date): Promise<string[]>;
}

/** A file that is in the store, durably, and has no name yet. */
export interface ReceivedFile {
  readonly sizeBytes: number;
  /** In hexadecimal. */
  readonly sha256: string;
  read(range?: ByteRange): Promise<Readable>;
  /** Gives it its name, in one step. */
  keep(name: string): Promise<void>;
  /** Removes it, unless it was kept. */
  discard(): Promise<void>;
}
