import { describe, expect, test } from '@jest/globals';
import { type Candidate, choose } from './choice.js';

const candidates = (scores: Record<string, number | null>): Candidate<string>[] =>
  Object.entries(scores).map(([value, score]) => ({ value, name: value, score }));

describe('choosing a threshold', () => {
  test("keeps the product's where nothing is better", () => {
    expect(choose(candidates({ a: 0.9, b: 0.96, c: 0.964 }), 'b').chosen.value).toBe('b');
  });

  test('takes the middle of the best otherwise', () => {
    expect(choose(candidates({ a: 0.5, b: 0.9, c: 0.9, d: 0.9, e: 0.4 }), 'a').chosen.value).toBe('c');
  });

  test('counts what could not be scored as nothing', () => {
    expect(choose(candidates({ a: null, b: 0.4 }), 'a').chosen.value).toBe('b');
  });

  test("refuses to choose where the product's value was not tried", () => {
    expect(() => choose(candidates({ a: 1 }), 'b')).toThrow(RangeError);
  });
});
