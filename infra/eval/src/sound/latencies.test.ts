import { describe, expect, test } from '@jest/globals';
import { errorsOf, latenciesOf, withinScores } from './latencies.js';

const answer = (fromMs: number, latencyMs: number) => ({ fromMs, latencyMs });
const told = (atMs: number, latencyMs: number) => ({ atMs, knownMs: atMs + 500, latencyMs });

describe('latencies', () => {
  test('belong to the nearest answer, not to the first one in reach', () => {
    const found = latenciesOf([answer(10_000, 900)], [told(9_000, 100), told(10_050, 950)]);
    expect(errorsOf(found)).toEqual([50]);
    expect(found.falseAlarms).toEqual([told(9_000, 100)]);
  });

  test('that belong to no answer are false alarms', () => {
    const found = latenciesOf([answer(10_000, 900)], [told(10_000, 900), told(30_000, 400)]);
    expect(withinScores([found])).toMatchObject({ hits: 1, missed: 0, falseAlarms: 1, recall: { value: 1 } });
  });

  test('that are off by more than 200 ms, or are not told, are not within', () => {
    const found = latenciesOf(
      [answer(10_000, 900), answer(20_000, 900), answer(30_000, 900)],
      [told(10_000, 1_100), told(20_000, 1_101)],
    );
    expect(withinScores([found])).toMatchObject({ hits: 1, missed: 2, falseAlarms: 0 });
  });
});
