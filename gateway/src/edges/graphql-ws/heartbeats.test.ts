import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { type Beating, Heartbeats } from './heartbeats.js';

const INTERVAL_MS = 12_000;

class Item implements Beating {
  spoke = -1;
  readonly beats: number[] = [];
  constructor(private readonly onBeat: () => void = () => undefined) {}
  beat(): void {
    this.beats.push(Date.now());
    this.onBeat();
  }
}

describe('heartbeats', () => {
  beforeEach(() => void jest.useFakeTimers({ now: 0 }));
  afterEach(() => void jest.useRealTimers());

  it('beat for each once an interval, and not all at once', () => {
    const heartbeats = new Heartbeats(INTERVAL_MS);
    const items = Array.from({ length: 12 }, () => new Item());
    for (const item of items) {
      heartbeats.add(item);
      jest.advanceTimersByTime(INTERVAL_MS / 12);
    }
    jest.advanceTimersByTime(3 * INTERVAL_MS);
    for (const { beats } of items) {
      expect(beats.length).toBeGreaterThanOrEqual(3);
      for (const [i, at] of beats.entries()) if (i > 0) expect(at - (beats[i - 1] ?? 0)).toBe(INTERVAL_MS);
    }
    expect(new Set(items.map(({ beats }) => beats[0])).size).toBe(12);
  });

  it('begin after a whole interval, or a twelfth of it earlier', () => {
    const heartbeats = new Heartbeats(INTERVAL_MS);
    const first = new Item();
    heartbeats.add(first);
    jest.advanceTimersByTime(500);
    const second = new Item();
    heartbeats.add(second);
    jest.advanceTimersByTime(INTERVAL_MS);
    expect(first.beats).toEqual([INTERVAL_MS]);
    expect(second.beats).toEqual([INTERVAL_MS]);
  });

  it('end for who is removed, also by its own beat, and leave no timer when nobody is left', () => {
    const heartbeats = new Heartbeats(INTERVAL_MS);
    const items: Item[] = [];
    for (let i = 0; i < 3; i++) {
      const item = new Item(() => heartbeats.remove(item));
      items.push(item);
      heartbeats.add(item);
    }
    jest.advanceTimersByTime(5 * INTERVAL_MS);
    expect(items.map(({ beats }) => beats.length)).toEqual([1, 1, 1]);
    expect(jest.getTimerCount()).toBe(0);
  });
});
