import { describe, expect, test } from '@jest/globals';
import { CaptureClock } from './capture-clock';

const QUARTER = 4000;

describe('the stamps of captured sound', () => {
  test('follow each other as the samples do, however late each comes', () => {
    const arrivals = [10_250, 10_530, 10_755, 11_020];
    const clock = new CaptureClock(() => arrivals.shift() ?? 0);
    expect([0, 1, 2, 3].map((n) => clock.stampOf(n * QUARTER, QUARTER))).toEqual([10_000, 10_250, 10_500, 10_750]);
  });

  test('start over at the clock after the device slept', () => {
    const arrivals = [10_250, 60_000, 60_260];
    const clock = new CaptureClock(() => arrivals.shift() ?? 0);
    expect([0, 1, 2].map((n) => clock.stampOf(n * QUARTER, QUARTER))).toEqual([10_000, 59_750, 60_000]);
  });
});
