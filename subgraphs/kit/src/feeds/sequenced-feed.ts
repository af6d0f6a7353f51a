/**
 * A live feed of things that are stored with a gapless sequence. The sequence is the cursor, the store is the
 * truth, and pub/sub only makes it fast: a message that was lost shows as a gap (or as nothing at all, which
 * the doubts of `topics.ts` cover) and is read from the store instead.
 *
 * One `SequencedFeed` serves every subscriber of this process. Each has a reader of its own, which replays from
 * the store until it has caught up and then joins the live ones, with no gap and no repeat. A reader that does
 * not keep up falls back to replaying, so a slow subscriber costs a bounded buffer and loses nothing.
 */
import { AppError, validationFailed } from '@interview/runtime/errors';
import type { Topics } from './topics.js';

export interface SequencedSource<T> {
  topic: string;
  /** The stored items after `after`, ascending, at most `limit`. */
  read(after: number, limit: number): Promise<T[]>;
  /** The sequence of the newest stored item; 0 when there is none. Asked by every feed at each doubt: let it be cheap. */
  last(): Promise<number>;
  sequenceOf(item: T): number;
  /** The stored items that a message brings, ascending. */
  storedIn(message: unknown): T[];
  /** What a message brings that is shown once and never stored. */
  passingIn?(message: unknown, lastSequence: number): T | undefined;
}

export interface FeedReaderOptions<T> {
  /** The sequence after which to begin; the present end when absent. */
  after?: number | undefined;
  accept?(item: T): boolean;
}

/** What was announced just now may still be on its way: so long it is waited for before the store is read. */
const ON_ITS_WAY_MS = 100;
const REPLAY_PAGE = 200;
const MAX_BUFFERED = 1000;
const REPLAY_ATTEMPTS = 40;
const REPLAY_RETRY_MS = 500;
/** Between two looks behind rows that are gone: they do not come back, but a later one may follow. */
const GONE_RETRY_MS = 500;

export class SequencedFeed<T> {
  private readonly readers = new Set<FeedReader<T>>();
  private catchingUp = false;
  private again = false;
  private stopListening: () => void = () => undefined;

  private constructor(
    private readonly source: SequencedSource<T>,
    /** Everything up to here has been handed to the live readers. */
    private handedOut: number,
    private readonly onEmpty: () => void,
  ) {}

  /** `onEmpty` is called when the last reader has left: the feed then listens no more. */
  static async open<T>(source: SequencedSource<T>, topics: Topics, onEmpty: () => void): Promise<SequencedFeed<T>> {
    const feed = new SequencedFeed(source, 0, onEmpty);
    // Listening comes first: what is stored between the two steps is then either counted or announced.
    feed.stopListening = await topics.listen(source.topic, {
      onMessage: (message) => feed.take(message),
      onDoubt: () => feed.look(),
    });
    try {
      feed.handedOut = await source.last();
    } catch (error) {
      feed.stopListening();
      throw error;
    }
    return feed;
  }

  get position(): number {
    return this.handedOut;
  }

  /** @throws AppError VALIDATION_FAILED when `after` lies beyond everything stored. */
  async reader(options: FeedReaderOptions<T>): Promise<FeedReader<T>> {
    const reader = new FeedReader(this, this.source, options.after ?? this.handedOut, options.accept);
    this.readers.add(reader);
    try {
      if (reader.start > this.handedOut && reader.start > (await this.source.last())) {
        throw validationFailed([{ path: 'after', message: 'is not a cursor of this feed' }]);
      }
      return reader;
    } catch (error) {
      await reader.return();
      throw error;
    }
  }

  /** For readers only. */
  leave(reader: FeedReader<T>): void {
    if (!this.readers.delete(reader) || this.readers.size > 0) return;
    this.stopListening();
    this.onEmpty();
  }

  private async take(message: unknown): Promise<void> {
    const passing = this.source.passingIn?.(message, this.handedOut);
    if (passing !== undefined) for (const reader of this.readers) reader.offerPassing(passing);
    if (this.catchingUp) {
      this.again = true;
      return;
    }
    for (const item of this.source.storedIn(message)) {
      const sequence = this.source.sequenceOf(item);
      if (sequence > this.handedOut + 1) return this.catchUp();
      if (sequence === this.handedOut + 1) this.handOut(item, sequence);
    }
  }

  private handOut(item: T, sequence: number): void {
    this.handedOut = sequence;
    for (const reader of this.readers) reader.offer(item, sequence);
  }

  /** A look costs the store the newest sequence only; what is missing is read when it was really missed. */
  private async look(): Promise<void> {
    if (this.catchingUp) {
      this.again = true;
      return;
    }
    const last = await this.source.last();
    if (last <= this.handedOut) return;
    await new Promise((resolve) => setTimeout(resolve, ON_ITS_WAY_MS));
    if (last > this.handedOut && this.readers.size > 0) await this.catchUp();
  }

  private async catchUp(): Promise<void> {
    if (this.catchingUp) {
      this.again = true;
      return;
    }
    this.catchingUp = true;
    try {
      let items: T[];
      do {
        this.again = false;
        items = await this.source.read(this.handedOut, REPLAY_PAGE);
        for (const item of items) this.handOut(item, this.source.sequenceOf(item));
      } while (items.length === REPLAY_PAGE || this.again);
    } finally {
      this.catchingUp = false;
    }
  }
}

/** One subscriber's way through a feed. `next` is called by one consumer at a time. */
export class FeedReader<T> implements AsyncIterableIterator<T> {
  private readonly buffer: T[] = [];
  private live = false;
  private ended = false;
  private failure: { error: unknown } | undefined;
  private wake: (() => void) | undefined;

  constructor(
    private readonly feed: SequencedFeed<T>,
    private readonly source: SequencedSource<T>,
    /** Everything up to here was buffered, handed on or not accepted. */
    private position: number,
    private readonly accept: (item: T) => boolean = () => true,
  ) {}

  /** Where this reader begins, as a sequence. */
  get start(): number {
    return this.position;
  }

  offer(item: T, sequence: number): void {
    if (!this.live || sequence <= this.position) return;
    if (this.buffer.length >= MAX_BUFFERED) {
      this.live = false;
      return;
    }
    this.position = sequence;
    if (!this.accept(item)) return;
    this.buffer.push(item);
    this.wake?.();
  }

  offerPassing(item: T): void {
    if (!this.live || this.buffer.length >= MAX_BUFFERED || !this.accept(item)) return;
    this.buffer.push(item);
    this.wake?.();
  }

  async next(): Promise<IteratorResult<T>> {
    while (!this.ended) {
      const item = this.buffer.shift();
      if (item !== undefined) return { done: false, value: item };
      if (this.live) await this.woken();
      // Nobody calls `return` on an iterator that threw: it has to leave the feed by itself.
      else await this.replay().catch((error: unknown) => this.fail(error));
    }
    if (this.failure) {
      const { error } = this.failure;
      this.failure = undefined;
      throw error;
    }
    return { done: true, value: undefined };
  }

  private async replay(): Promise<void> {
    const storedUpTo = this.feed.position;
    const items = await this.readPatiently();
    if (this.ended) return;
    for (const item of items) {
      this.position = this.source.sequenceOf(item);
      if (this.accept(item)) this.buffer.push(item);
    }
    // Stored before it was asked for, and not there: erased, or swept.
    if (items.length === 0 && this.position < storedUpTo) return this.woken(GONE_RETRY_MS);
    // No await stands between this comparison and joining, so nothing is handed out in between.
    if (items.length < REPLAY_PAGE && this.position >= this.feed.position) this.live = true;
  }

  /** A store that is away for a moment is waited for; what it refuses (CURSOR_EXPIRED) ends the feed at once. */
  private async readPatiently(): Promise<T[]> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.source.read(this.position, REPLAY_PAGE);
      } catch (error) {
        if (this.ended || error instanceof AppError || attempt === REPLAY_ATTEMPTS) throw error;
        await new Promise((resolve) => setTimeout(resolve, REPLAY_RETRY_MS));
      }
    }
  }

  /** Until something was offered or the feed has ended, or for so long. */
  private woken(atMostMs?: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = atMostMs === undefined ? undefined : setTimeout(() => this.wake?.(), atMostMs);
      this.wake = () => {
        clearTimeout(timer);
        this.wake = undefined;
        resolve();
      };
    });
  }

  /** Ends the feed for this subscriber with an error. */
  fail(error: unknown): void {
    if (this.ended) return;
    this.failure = { error };
    this.end();
  }

  private end(): void {
    if (this.ended) return;
    this.ended = true;
    this.buffer.length = 0;
    this.feed.leave(this);
    this.wake?.();
  }

  return(): Promise<IteratorResult<T>> {
    this.end();
    return Promise.resolve({ done: true, value: undefined });
  }

  throw(error: unknown): Promise<IteratorResult<T>> {
    this.end();
    return Promise.reject(error);
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}

/** The open feeds of a process, one for each key, opened by the first reader and closed by the last. */
export class FeedRegistry<T> {
  private readonly feeds = new Map<string, Promise<SequencedFeed<T>>>();

  constructor(
    private readonly topics: Topics,
    private readonly sourceOf: (key: string) => SequencedSource<T>,
  ) {}

  async reader(key: string, options: FeedReaderOptions<T>): Promise<FeedReader<T>> {
    let opening = this.feeds.get(key);
    if (!opening) {
      const forget = () => {
        if (this.feeds.get(key) === opening) this.feeds.delete(key);
      };
      opening = SequencedFeed.open(this.sourceOf(key), this.topics, forget);
      this.feeds.set(key, opening);
      opening.catch(forget);
    }
    const feed = await opening;
    // The last reader may have left while this one waited: the feed then listens no more.
    if (this.feeds.get(key) !== opening) return this.reader(key, options);
    return feed.reader(options);
  }
}
