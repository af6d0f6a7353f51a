/**
 * The recent events of a resumable stream, in order: what was handed on, and after which cursor. Whoever comes
 * with one of these cursors is given what follows it without asking a subgraph.
 *
 * Events that pass (an interim transcript) carry the cursor of the last one that is kept, so a cursor may stand
 * in a row of entries: it means the last of them.
 */
import { FeedBatch, type FeedEvent } from './feed-event.js';

/** Bounds of one ring. The time covers a page that is loaded anew, and a swarm that comes back. */
const MAX_EVENTS = 2048;
const MAX_BYTES = 1024 * 1024;
export const MAX_AGE_MS = 30_000;

/** Bounds of what leaves in one batch. */
export const BATCH_EVENTS = 64;
export const BATCH_BYTES = 128 * 1024;

export interface RingEntry {
  readonly event: FeedEvent;
  readonly bytes: number;
}

interface KeptBatch {
  batch: FeedBatch;
  bytes: number;
}

export interface RingListener {
  /** The ring holds so many bytes more, or fewer. */
  grew(ring: EventRing, bytes: number): void;
}

export class EventRing {
  readonly #entries: (RingEntry | undefined)[] = [];
  /** Where the first entry stands; before it everything was let go. */
  #head = 0;
  /** The number of the first entry; entries are numbered as they come. */
  #first = 0;
  readonly #lastOf = new Map<string, number>();
  /**
   * Batches that somebody was given, by their first entry; as long as nothing is added. A swarm that comes with one
   * cursor shares them. Transports keep frames with each, so together they hold no more than the ring does, which is
   * enough for one walk through all of it; the one made first gives way.
   */
  readonly #batches = new Map<number, KeptBatch>();
  #batchedBytes = 0;
  #base: string | undefined;
  /** The number of the entry that brought the present position. */
  #moved = 0;
  #bytes = 0;

  constructor(private readonly listener: RingListener) {}

  get bytes(): number {
    return this.#bytes;
  }

  get size(): number {
    return this.#entries.length - this.#head;
  }

  /** The number that the next entry gets. */
  get end(): number {
    return this.#first + this.size;
  }

  /** The cursor right before the first entry, if it is known. */
  get base(): string | undefined {
    return this.#base;
  }

  /** The cursor after the last entry. */
  get position(): string | undefined {
    return this.size > 0 ? this.#entries.at(-1)?.event.cursor : this.#base;
  }

  /** Entries since the position is what it is. */
  get passed(): number {
    return this.end - this.#moved;
  }

  /** Where the stream begins; only before its first event. */
  beginAfter(cursor: string): void {
    if (this.size === 0) this.#base = cursor;
  }

  append(event: FeedEvent, bytes: number): void {
    this.#batches.clear();
    this.#batchedBytes = 0;
    if (event.cursor !== this.position) this.#moved = this.end;
    if (event.cursor !== undefined) this.#lastOf.set(event.cursor, this.end);
    this.#entries.push({ event, bytes });
    this.#grow(bytes);
    while (this.size > MAX_EVENTS || (this.#bytes > MAX_BYTES && this.size > 1)) this.#evict();
  }

  /** The number of the first entry after this cursor; undefined when the cursor is not in the ring. */
  after(cursor: string): number | undefined {
    const last = this.#lastOf.get(cursor);
    if (last !== undefined) return last + 1;
    return cursor === this.#base ? this.#first : undefined;
  }

  /** What leaves together, from this entry on; undefined when there is none, or it was let go. The same for all who ask meanwhile. */
  batchFrom(number: number): FeedBatch | undefined {
    if (number < this.#first || number >= this.end) return undefined;
    const known = this.#batches.get(number);
    if (known) return known.batch;
    const events: FeedEvent[] = [];
    let bytes = 0;
    for (let at = number; at < this.end && events.length < BATCH_EVENTS; at++) {
      const entry = this.#at(at);
      if (!entry || (bytes > 0 && bytes + entry.bytes > BATCH_BYTES)) break;
      events.push(entry.event);
      bytes += entry.bytes;
    }
    const batch = new FeedBatch(events);
    this.#batches.set(number, { batch, bytes });
    this.#batchedBytes += bytes;
    this.#boundBatches();
    return batch;
  }

  /** Lets go of what came before this moment (`performance.now()`). */
  evictBefore(moment: number): void {
    while (this.size > 0 && (this.#entries[this.#head]?.event.arrivedAt ?? 0) < moment) this.#evict();
  }

  /** Lets go of the older half. */
  evictHalf(): void {
    for (let left = Math.ceil(this.size / 2); left > 0; left--) this.#evict();
  }

  /** Lets go of everything. */
  clear(): void {
    while (this.size > 0) this.#evict();
  }

  /** Takes over what the other holds from before this ring begins, if it reaches so far. */
  adoptHistory(other: EventRing): void {
    const until = this.#base === undefined ? undefined : other.after(this.#base);
    if (until === undefined || until === other.#first) return;
    // What passed right after its beginning the other may hold as well, and what passes need not be kept.
    const stored = this.#entries.findIndex((entry) => entry && entry.event.cursor !== this.#base);
    const mine = stored < 0 ? [] : this.#entries.slice(stored);
    const older = other.#entries.slice(other.#head, other.#head + until - other.#first);
    this.clear();
    this.#base = other.#base;
    for (const entry of [...older, ...mine]) if (entry) this.append(entry.event, entry.bytes);
  }

  #at(number: number): RingEntry | undefined {
    return this.#entries[this.#head + number - this.#first];
  }

  #evict(): void {
    const entry = this.#entries[this.#head];
    if (!entry) return;
    this.#entries[this.#head] = undefined;
    const { cursor } = entry.event;
    this.#base = cursor;
    if (cursor !== undefined && this.#lastOf.get(cursor) === this.#first) this.#lastOf.delete(cursor);
    this.#forgetBatch(this.#first);
    this.#head += 1;
    this.#first += 1;
    if (this.#head > MAX_EVENTS / 2 || this.#head === this.#entries.length) {
      this.#entries.splice(0, this.#head);
      this.#head = 0;
    }
    this.#grow(-entry.bytes);
    this.#boundBatches();
  }

  #boundBatches(): void {
    for (const number of this.#batches.keys()) {
      if (this.#batchedBytes <= this.#bytes) return;
      this.#forgetBatch(number);
    }
  }

  #forgetBatch(number: number): void {
    this.#batchedBytes -= this.#batches.get(number)?.bytes ?? 0;
    this.#batches.delete(number);
  }

  #grow(bytes: number): void {
    this.#bytes += bytes;
    this.listener.grew(this, bytes);
  }
}
