import { describe, expect, it } from '@jest/globals';
import { growthOf } from './growth.js';
import { Ladder } from './ladder.js';
import { grows, linearFit } from './linear-fit.js';

const at = (count: number, y: (x: number) => number) => Array.from({ length: count }, (_, x) => ({ x, y: y(x) }));

describe('a line through measurements', () => {
  it('is the line they lie on, without error', () => {
    expect(linearFit(at(5, (x) => 3 * x + 2))).toEqual({ slope: 3, intercept: 2, slopeError: 0 });
  });

  it('has the slope and the standard error of least squares', () => {
    // By hand: slope 8/10, residuals −0.2 0.0 0.2 … of 1 3 2 5 4 around it.
    const fit = linearFit([1, 3, 2, 5, 4].map((y, x) => ({ x, y })));
    expect(fit.slope).toBeCloseTo(0.8, 10);
    expect(fit.intercept).toBeCloseTo(1.4, 10);
    expect(fit.slopeError).toBeCloseTo(Math.sqrt(3.6 / 3 / 10), 10);
  });

  it('is not known from two points, nor from points of one moment', () => {
    expect(() => linearFit(at(2, (x) => x))).toThrow(RangeError);
    expect(() => linearFit([1, 2, 3].map((y) => ({ x: 4, y })))).toThrow(RangeError);
  });

  it('grows only where its slope is more than asked and more than its noise', () => {
    expect(
      grows(
        at(20, (x) => 2 * x),
        1,
      ),
    ).toBe(true);
    expect(
      grows(
        at(20, (x) => 0.5 * x),
        1,
      ),
    ).toBe(false);
    const noisy = at(6, (x) => 1.5 * x + (x % 2 === 0 ? 20 : -20));
    expect(grows(noisy, 1)).toBe(false);
  });
});

describe('memory', () => {
  const minutes = (mb: (minute: number) => number) => at(48, (n) => mb(n / 12)).map(({ x, y }) => ({ x: x / 12, y }));

  it('grows where a leak raises it by more than a heap that breathes', () => {
    expect(growthOf(minutes((minute) => 200 + 10 * minute))).toMatchObject({ counts: true });
    expect(growthOf(minutes((minute) => 200 + 10 * ((minute * 3) % 1)))).toMatchObject({ counts: false });
  });

  it('does not grow where it fills up and stays', () => {
    const filling = growthOf(minutes((minute) => 200 + 50 * (1 - Math.exp(-2 * minute))));
    expect(filling.mbAMinute).toBeGreaterThan(5);
    expect(filling.counts).toBe(false);
  });

  it('is judged by its size: what is much for a small process is little for a large one', () => {
    expect(growthOf(minutes((minute) => 100 + 8 * minute)).counts).toBe(true);
    expect(growthOf(minutes((minute) => 1000 + 8 * minute)).counts).toBe(false);
  });
});

describe('a ladder of loads', () => {
  const RUNGS = [4, 6, 8, 10, 14, 20];

  /** Climbs a ladder on which loads up to `limit` are carried. */
  function climb(limit: number, { guess, atMost }: { guess?: number; atMost?: number } = {}) {
    const ladder = new Ladder(RUNGS, atMost);
    const tried: number[] = [];
    for (let load = ladder.next(guess); load !== undefined; load = ladder.next(guess)) {
      tried.push(load);
      ladder.record(load, load <= limit);
    }
    return { tried, ...ladder.result };
  }

  it('finds the largest load that is carried, whatever the guess', () => {
    for (const limit of [4, 6, 8, 10, 14, 19]) {
      const most = RUNGS.findLast((rung) => rung <= limit);
      for (const guess of [undefined, 1, 4, 10, 100]) {
        expect({ limit, guess, ...climb(limit, guess === undefined ? {} : { guess }) }).toMatchObject({
          most,
          bounded: true,
        });
      }
    }
  });

  it('needs three steps at most without a guess, and two where the guess was right', () => {
    for (const limit of [0, 4, 6, 8, 10, 14, 20]) expect(climb(limit).tried.length).toBeLessThanOrEqual(3);
    expect(climb(10, { guess: 10 }).tried).toEqual([10, 14]);
    expect(climb(8, { guess: 10 }).tried).toEqual([10, 6, 8]);
  });

  it('says 0 where nothing is carried, and that more may be where everything was', () => {
    expect(climb(0)).toMatchObject({ most: 0, bounded: true });
    expect(climb(50)).toMatchObject({ most: 20, bounded: false });
  });

  it('does not try what less work failed at', () => {
    const { tried, most, bounded } = climb(20, { atMost: 8, guess: 10 });
    expect(Math.max(...tried)).toBe(8);
    expect({ most, bounded }).toEqual({ most: 8, bounded: true });
  });

  it('ends unbounded where the steps end early', () => {
    const ladder = new Ladder(RUNGS);
    ladder.record(6, true);
    expect(ladder.result).toEqual({ most: 6, bounded: false });
  });
});
