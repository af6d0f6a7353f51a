import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import fc from 'fast-check';
import { Deadlines, type Due } from './deadlines.js';

class Item implements Due {
  dueAt = 0;
  heapIndex = -1;
  readonly rang: number[] = [];
  constructor(private readonly onDue: (item: Item) => void = () => undefined) {}
  due(): void {
    this.rang.push(Date.now());
    this.onDue(this);
  }
}

describe('deadlines', () => {
  beforeEach(() => void jest.useFakeTimers({ now: 0 }));
  afterEach(() => void jest.useRealTimers());

  it('ring each at its moment, the last one set, and never after they were taken back', () => {
    const action = fc.record({
      item: fc.nat(7),
      at: fc.option(fc.nat(1000), { nil: undefined }),
      after: fc.nat(50),
    });
    fc.assert(
      fc.property(fc.array(action, { maxLength: 60 }), (actions) => {
        jest.setSystemTime(0);
        const start = Date.now();
        const deadlines = new Deadlines();
        const items = Array.from({ length: 8 }, () => new Item());
        const expected = items.map(() => [] as number[]);
        const pending = new Map<number, number>();
        const advance = (milliseconds: number) => {
          jest.advanceTimersByTime(milliseconds);
          const now = Date.now();
          for (const [index, at] of pending) {
            if (at > now) continue;
            expected[index]?.push(at);
            pending.delete(index);
          }
        };
        for (const { item: index, at, after } of actions) {
          const item = items[index];
          if (!item) continue;
          if (at === undefined) {
            deadlines.clear(item);
            pending.delete(index);
          } else {
            const moment = Date.now() + 1 + at;
            deadlines.set(item, moment);
            pending.set(index, moment);
          }
          advance(after);
        }
        expect(deadlines.size).toBe(pending.size);
        advance(2000);
        expect(items.map(({ rang }) => rang)).toEqual(expected);
        expect(deadlines.size).toBe(0);
        expect(start).toBe(0);
      }),
      { numRuns: 300 },
    );
  });

  it('may be set again by what rings', () => {
    const deadlines = new Deadlines();
    const item = new Item((self) => {
      if (self.rang.length < 3) deadlines.set(self, Date.now() + 10);
    });
    deadlines.set(item, 10);
    jest.advanceTimersByTime(100);
    expect(item.rang).toEqual([10, 20, 30]);
  });

  it('may lie further away than a timer reaches', () => {
    const deadlines = new Deadlines();
    const item = new Item();
    const moment = 2 ** 31 + 5000;
    deadlines.set(item, moment);
    jest.advanceTimersByTime(moment - 1);
    expect(item.rang).toEqual([]);
    jest.advanceTimersByTime(1);
    expect(item.rang).toEqual([moment]);
  });

  it('leave no timer when there are none', () => {
    const deadlines = new Deadlines();
    const item = new Item();
    deadlines.set(item, 1000);
    expect(jest.getTimerCount()).toBe(1);
    deadlines.clear(item);
    expect(jest.getTimerCount()).toBe(0);
  });
});
