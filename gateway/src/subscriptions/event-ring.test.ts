import { describe, expect, it } from '@jest/globals';
import { BATCH_EVENTS, EventRing } from './event-ring.js';
import { FeedEvent } from './feed-event.js';

const BYTES = 340;

function ringOf(events: number): EventRing {
  const ring = new EventRing({ grew: () => undefined });
  ring.beginAfter('0');
  for (let i = 1; i <= events; i++) ring.append(new FeedEvent({ data: { id: i } }, String(i), 0), BYTES);
  return ring;
}

/** From the beginning to the end, as somebody is caught up. */
function walk(ring: EventRing): unknown[] {
  const batches: unknown[] = [];
  for (let at = 0; at < ring.end; ) {
    const batch = ring.batchFrom(at);
    if (!batch) throw new Error(`Nothing stands at ${at}.`);
    batches.push(batch);
    at += batch.events.length;
  }
  return batches;
}

describe('batches of a ring', () => {
  it('are the same for all who walk through it with one cursor, however long it is', () => {
    const ring = ringOf(2048);
    const batches = walk(ring);
    expect(batches).toHaveLength(2048 / BATCH_EVENTS);
    const again = walk(ring);
    for (const [index, batch] of batches.entries()) expect(again[index]).toBe(batch);
  });

  it('hold together no more than the ring, from however many positions somebody came', () => {
    const ring = ringOf(512);
    const first = Array.from({ length: 512 }, (_, position) => ring.batchFrom(position));
    const events = new Map(first.map((batch, position) => [position, batch?.events.length ?? 0]));
    let held = 0;
    // What is asked for in this order is found before it could give way.
    for (let position = 511; held + (events.get(position) ?? 0) <= 512; position--) {
      expect(ring.batchFrom(position)).toBe(first[position]);
      held += events.get(position) ?? 0;
    }
    expect(held).toBeGreaterThan(512 - BATCH_EVENTS);
    expect(ring.batchFrom(300)).not.toBe(first[300]);
    const [earliest] = first;
    expect(ring.batchFrom(0)).not.toBe(earliest);
  });

  it('are few in a ring that holds little', () => {
    const ring = ringOf(10);
    const first = ring.batchFrom(0);
    expect(ring.batchFrom(0)).toBe(first);
    ring.batchFrom(9);
    expect(ring.batchFrom(0)).not.toBe(first);
  });

  it('give way with what the ring lets go', () => {
    const ring = ringOf(256);
    const kept = ring.batchFrom(192);
    const half = ring.batchFrom(96);
    ring.evictHalf();
    expect(ring.batchFrom(192)).toBe(kept);
    expect(ring.batchFrom(96)).toBeUndefined();
    expect(half?.events).toHaveLength(BATCH_EVENTS);
    ring.clear();
    expect(ring.batchFrom(192)).toBeUndefined();
  });
});
