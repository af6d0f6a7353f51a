/**
 * Reads the streams of all held rounds with one blocking command on one connection, and hands each round its
 * entries in the order of their ids, across its streams too.
 */
import type { Logger } from '@interview/runtime/log';
import type { RedisConnection } from '@interview/runtime/redis';
import type { StreamName } from './analyser.js';
import { compareIds, type RawEntry, STREAM_KEYS } from './entries.js';
import { Signal } from './signal.js';

/** Entries of one stream in one answer: 64 pictures of 30 KB are 2 MB. */
const READ_COUNT = 64;
/** How long the server waits for the first entry, and a round that is added meanwhile for its first read. */
const BLOCK_MS = 200;
/** Pause after a failed read, while Redis is away. */
const RETRY_MS = 100;

/** A round as the reader sees it. */
export interface Reading {
  roundId: string;
  streams: readonly StreamName[];
  /** The id after which each stream is read on; the reader moves it. */
  cursors: Map<StreamName, string>;
  /** False while the round has enough to do. */
  hasRoom(): boolean;
  /** `caughtUpAtMs`: at this moment nothing more was in the streams; null when the answer was cut. */
  push(entries: RawEntry[], caughtUpAtMs: number | null): void;
}

type Reply = [key: Buffer, items: [id: Buffer, fields: Buffer[]][]][];

export class StreamReader {
  private readonly readings = new Set<Reading>();
  private readonly changed = new Signal();
  private stopped = false;
  private loop: Promise<void> | undefined;

  /** `redis`: a connection of its own, of the kind `reader`. */
  constructor(
    private readonly redis: RedisConnection,
    private readonly clock: () => number,
    private readonly log: Logger,
  ) {}

  start(): void {
    this.loop ??= this.run();
  }

  async stop(): Promise<void> {
    this.stopped = true;
    this.changed.notify();
    await this.loop;
  }

  add(reading: Reading): void {
    this.readings.add(reading);
    this.changed.notify();
  }

  remove(reading: Reading): void {
    this.readings.delete(reading);
  }

  /** A round has room again. */
  wake(): void {
    this.changed.notify();
  }

  private async run(): Promise<void> {
    while (!this.stopped) {
      const wanted = [...this.readings].filter((reading) => reading.hasRoom());
      if (wanted.length === 0) {
        await this.changed.wait(BLOCK_MS);
        continue;
      }
      const askedAtMs = this.clock();
      try {
        const reply = await this.read(wanted);
        if (!this.stopped) this.deliver(wanted, reply, askedAtMs);
      } catch (error) {
        // The connection's own listener logs outages; this line is for what is wrong beside them.
        this.log.debug({ err: error }, 'could not read the streams, trying again');
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
      }
    }
  }

  private async read(wanted: readonly Reading[]): Promise<Reply> {
    const streams = wanted.flatMap(({ roundId, streams, cursors }) =>
      streams.map((stream) => ({ key: STREAM_KEYS[stream](roundId), after: cursors.get(stream) ?? '0' })),
    );
    const reply = await this.redis.xreadBuffer(
      'COUNT',
      READ_COUNT,
      'BLOCK',
      BLOCK_MS,
      'STREAMS',
      ...streams.map((s) => s.key),
      ...streams.map((s) => s.after),
    );
    // ioredis types the fields loosely; XREAD answers key, then id and a flat list of fields and values.
    return (reply ?? []) as Reply;
  }

  private deliver(wanted: readonly Reading[], reply: Reply, askedAtMs: number): void {
    const itemsByKey = new Map(reply.map(([key, items]) => [key.toString(), items]));
    for (const reading of wanted) {
      if (!this.readings.has(reading)) continue;
      const read = reading.streams.map((stream) => ({
        stream,
        entries: (itemsByKey.get(STREAM_KEYS[stream](reading.roundId)) ?? []).map(([id, fields]) => ({
          stream,
          id: id.toString('latin1'),
          fields,
        })),
      }));
      const { entries, cut } = mergeInOrder(read.map(({ entries }) => entries));
      for (const { stream, id } of entries) reading.cursors.set(stream, id);
      reading.push(entries, cut ? null : askedAtMs);
    }
  }
}

/**
 * Merges what was read of a round's streams by id. Where a stream's answer was cut, the others' entries after
 * its last one are left for the next read: something older may still be missing. The order is thus always that
 * of the ids, however the reads fell; equal ids of two streams, received within one millisecond, have none.
 */
export function mergeInOrder(
  streams: readonly (readonly RawEntry[])[],
  readCount = READ_COUNT,
): { entries: RawEntry[]; cut: boolean } {
  const horizons = streams.flatMap((entries) => {
    const last = entries.at(-1);
    return last && entries.length >= readCount ? [last.id] : [];
  });
  const horizon = horizons.sort(compareIds)[0];
  const entries = streams
    .flat()
    .filter((entry) => horizon === undefined || compareIds(entry.id, horizon) <= 0)
    .sort((a, b) => compareIds(a.id, b.id));
  return { entries, cut: horizon !== undefined };
}
