/** Whatever pub/sub does to the messages, each reader sees the stored order, once and whole. */
import { AppError } from '@interview/runtime/errors';
import { describe, expect, it, jest } from '@jest/globals';
import fc from 'fast-check';
import { FeedRegistry, SequencedFeed, type SequencedSource } from './sequenced-feed.js';
import type { TopicListener, Topics } from './topics.js';

interface Item {
  sequence: number;
}

/** A store, and topics whose messages a test delivers, loses, repeats and reorders as it likes. */
function aWorld() {
  const items: Item[] = [];
  const listeners = new Set<TopicListener>();
  /** After which sequence the store was read, each time. */
  const reads: number[] = [];
  const topics: Topics = {
    listen: async (_topic, listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    publish: async (_topic, message) => {
      for (const listener of listeners) listener.onMessage(message);
    },
    close: async () => listeners.clear(),
  };
  const source: SequencedSource<Item> = {
    topic: 'feed',
    read: async (after, limit) => {
      reads.push(after);
      return items.slice(after, after + limit);
    },
    last: async () => items.length,
    sequenceOf: (item) => item.sequence,
    // Only the tests' own messages travel here.
    storedIn: (message) => message as Item[],
  };
  const store = (count: number): Item[] => {
    const added = Array.from({ length: count }, (_, n) => ({ sequence: items.length + n + 1 }));
    items.push(...added);
    return added;
  };
  return { items, reads, listeners, topics, source, store, registry: new FeedRegistry<Item>(topics, () => source) };
}

const doubt = (listeners: Set<TopicListener>) =>
  Promise.all([...listeners].map((listener) => listener.onDoubt() ?? Promise.resolve()));
const sequences = (items: readonly Item[]) => items.map((item) => item.sequence);

async function take(feed: AsyncIterator<Item>, count: number): Promise<Item[]> {
  const taken: Item[] = [];
  while (taken.length < count) {
    const { value, done } = await feed.next();
    if (done) break;
    taken.push(value);
  }
  return taken;
}

describe('a sequenced feed', () => {
  it('delivers the stored order whatever happens to the messages', async () => {
    const fate = fc.constantFrom('delivered', 'lost', 'twice', 'late');
    const batches = fc.array(fc.record({ size: fc.integer({ min: 1, max: 5 }), fate }), {
      minLength: 1,
      maxLength: 30,
    });
    await fc.assert(
      fc.asyncProperty(batches, fc.integer({ min: 0, max: 20 }), async (plan, before) => {
        const { items, listeners, topics, store, registry } = aWorld();
        store(before);
        const live = await registry.reader('r', {});
        const replaying = await registry.reader('r', { after: 0 });
        const total = plan.reduce((sum, batch) => sum + batch.size, 0);
        const [seenLive, seenReplaying] = [take(live, total), take(replaying, before + total)];
        const late: Item[][] = [];
        for (const batch of plan) {
          const added = store(batch.size);
          if (batch.fate === 'late') late.push(added);
          if (batch.fate === 'delivered' || batch.fate === 'twice') await topics.publish('feed', added);
          if (batch.fate === 'twice') await topics.publish('feed', added);
        }
        for (const added of late.reverse()) await topics.publish('feed', added);
        void doubt(listeners);
        expect(sequences(await seenLive)).toEqual(sequences(items.slice(before)));
        expect(sequences(await seenReplaying)).toEqual(sequences(items));
      }),
      { numRuns: 200 },
    );
  });

  it('reads the store for what was missed, not for what is on its way when somebody doubts', async () => {
    const { items, reads, listeners, topics, store, registry } = aWorld();
    const reader = await registry.reader('r', { after: 0 });
    const seen = take(reader, 3);
    // Its replay is over, so what reads the store from here on is the feed.
    await new Promise((resolve) => setImmediate(resolve));
    await topics.publish('feed', store(1));
    const readsToCatchUp = reads.length;
    const onItsWay = store(1);
    const doubting = doubt(listeners);
    await topics.publish('feed', onItsWay);
    await doubting;
    expect(reads.length).toBe(readsToCatchUp);
    store(1);
    await doubt(listeners);
    expect(reads.slice(readsToCatchUp)).toEqual([2]);
    expect(sequences(await seen)).toEqual(sequences(items));
  });

  it('keeps a bounded buffer for a reader that does not read, and still shows it everything', async () => {
    const { topics, store, registry } = aWorld();
    const reader = await registry.reader('r', { after: 0 });
    store(1);
    await take(reader, 1);
    // Asking once more makes the reader a live one; the answer comes with the first message.
    const pending = reader.next();
    for (let n = 0; n < 50; n++) await topics.publish('feed', store(100));
    const first = await pending;
    const rest = await take(reader, 4999);
    expect(sequences([first.value as Item, ...rest])).toEqual(Array.from({ length: 5000 }, (_, n) => n + 2));
  });

  it('shows only what the reader accepts, and moves on past the rest', async () => {
    const { topics, store, registry } = aWorld();
    const even = await registry.reader('r', { after: 0, accept: (item) => item.sequence % 2 === 0 });
    store(4);
    expect(sequences(await take(even, 2))).toEqual([2, 4]);
    const next = even.next();
    await topics.publish('feed', store(2));
    expect((await next).value).toEqual({ sequence: 6 });
  });

  it('ends a pending read at once when the subscriber leaves, and stops listening with the last one', async () => {
    const { listeners, registry } = aWorld();
    const [one, other] = [await registry.reader('r', {}), await registry.reader('r', {})];
    const pending = one.next();
    await one.return();
    expect(await pending).toEqual({ done: true, value: undefined });
    expect(listeners.size).toBe(1);
    await other.return();
    expect(listeners.size).toBe(0);
  });

  it('refuses to begin after something that was never stored', async () => {
    const { store, registry, listeners } = aWorld();
    store(3);
    await expect(registry.reader('r', { after: 4 })).rejects.toMatchObject({ code: 'VALIDATION_FAILED' });
    expect(listeners.size).toBe(0);
  });

  it('stops listening for a reader whose replay the store refuses', async () => {
    const { source, topics, listeners } = aWorld();
    const expired = new AppError('CURSOR_EXPIRED', 'What followed this cursor is not kept any more.');
    const onEmpty = jest.fn();
    const feed = await SequencedFeed.open({ ...source, read: () => Promise.reject(expired) }, topics, onEmpty);
    const reader = await feed.reader({ after: 0 });
    await expect(reader.next()).rejects.toBe(expired);
    expect(onEmpty).toHaveBeenCalledTimes(1);
    expect(listeners.size).toBe(0);
    expect(await reader.next()).toEqual({ done: true, value: undefined });
  });

  it('asks for rows that are gone now and then, not without end, and goes on with what is stored later', async () => {
    jest.useFakeTimers();
    try {
      const { source, topics } = aWorld();
      const stored: Item[] = [];
      let reads = 0;
      const read = async () => {
        reads += 1;
        // Asked without a pause it would keep the test from ever going on.
        if (reads === 1000) throw new AppError('INTERNAL_ERROR', 'The store was asked without end.');
        return stored;
      };
      const feed = await SequencedFeed.open({ ...source, read, last: async () => 10 }, topics, () => undefined);
      const reader = await feed.reader({ after: 0 });
      const first = reader.next();
      await jest.advanceTimersByTimeAsync(10_000);
      expect(reads).toBeGreaterThan(1);
      expect(reads).toBeLessThan(30);
      stored.push({ sequence: 11 });
      await jest.advanceTimersByTimeAsync(1000);
      expect((await first).value).toEqual({ sequence: 11 });
      await reader.return();
    } finally {
      jest.useRealTimers();
    }
  });

  it('lets a reader go at once that waits for rows that are gone', async () => {
    jest.useFakeTimers();
    try {
      const { source, topics } = aWorld();
      const empty = { ...source, read: async () => [], last: async () => 10 };
      const feed = await SequencedFeed.open(empty, topics, () => undefined);
      const [reading, waiting] = [await feed.reader({ after: 0 }), await feed.reader({ after: 0 })];
      const left = waiting.next();
      await jest.advanceTimersByTimeAsync(0);
      expect(jest.getTimerCount()).toBe(1);
      await waiting.return();
      expect(await left).toEqual({ done: true, value: undefined });
      expect(jest.getTimerCount()).toBe(0);
      const leftWhileReading = reading.next();
      await reading.return();
      expect(await leftWhileReading).toEqual({ done: true, value: undefined });
      expect(jest.getTimerCount()).toBe(0);
    } finally {
      jest.useRealTimers();
    }
  });
});
