import { describe, expect, test } from '@jest/globals';
import { CaptureClock } from './capture-clock';

const QUARTER = 4000;

/** Stamps of quarter seconds that come at those times. */
function stamps(arrivals: readonly number[]): number[] {
  let now = 0;
  const clock = new CaptureClock(() => now);
  return arrivals.map((at, n) => {
    now = at;
    return clock.stampOf(n * QUARTER, QUARTER);
  });
}

describe('the stamps of captured sound', () => {
  test('follow each other as the samples do, however late each comes', () => {
    expect(stamps([10_250, 10_530, 10_755, 11_020])).toEqual([10_000, 10_250, 10_500, 10_750]);
  });

  test('stay as they are when a busy page gets some chunks seconds later, all at once', () => {
    expect(stamps([10_250, 13_000, 13_001, 13_002, 13_003, 11_500])).toEqual([
      10_000, 10_250, 10_500, 10_750, 11_000, 11_250,
    ]);
  });

  test('start over at the clock when the device stood still', () => {
    const slept = 60_000;
    const arrivals = Array.from({ length: 30 }, (_, n) => 10_250 + n * 250 + (n < 5 ? 0 : slept));
    const given = stamps(arrivals);
    expect(given[4]).toBe(11_000);
    expect(given.at(-1)).toBe(10_000 + 29 * 250 + slept);
  });

  test('start over when the first chunk had come far too late', () => {
    expect(stamps([12_250, 10_500, 10_750])).toEqual([12_000, 10_250, 10_500]);
  });
});
