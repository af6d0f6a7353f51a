import { describe, expect, test } from '@jest/globals';
import { Random } from '../random.js';
import { match, together } from './match.js';
import { f1Of, scoresOf, wilsonInterval } from './scores.js';
import { errorRateOf, wordErrors } from './word-errors.js';

const label = (fromMs: number, toMs = fromMs) => ({ fromMs, toMs });
const told = (atMs: number) => ({ atMs, knownMs: atMs + 500 });

describe('matching', () => {
  test('gives each label the nearest finding, and each finding one label', () => {
    const { hits, missed, falseAlarms } = match([label(1000), label(3000)], [told(1900), told(1100), told(9000)], 1500);
    expect(hits.map((hit) => [hit.label.fromMs, hit.told.atMs])).toEqual([
      [1000, 1100],
      [3000, 1900],
    ]);
    expect(missed).toEqual([]);
    expect(falseAlarms).toEqual([told(9000)]);
  });

  test('counts a second finding of the same event as a false alarm', () => {
    const { hits, falseAlarms } = match([label(1000, 9000)], [told(1000), told(1500)], 1000);
    expect(hits).toHaveLength(1);
    expect(falseAlarms).toEqual([told(1500)]);
  });

  test('lets the border count, and nothing beyond it', () => {
    expect(match([label(1000)], [told(2000)], 1000).hits).toHaveLength(1);
    expect(match([label(1000)], [told(2001)], 1000).missed).toHaveLength(1);
  });
});

describe('scores', () => {
  test('are worked out over all sequences together', () => {
    const scores = scoresOf([
      { hits: 3, falseAlarms: 1, missed: 0 },
      { hits: 1, falseAlarms: 0, missed: 2 },
    ]);
    expect(scores.precision?.value).toBeCloseTo(4 / 5);
    expect(scores.recall?.value).toBeCloseTo(4 / 6);
    expect(scores.f1?.value).toBeCloseTo(8 / 11);
  });

  test('are none where there is nothing to score', () => {
    expect(scoresOf([{ hits: 0, falseAlarms: 0, missed: 0 }])).toMatchObject({
      precision: null,
      recall: null,
      f1: null,
    });
    expect(f1Of({ hits: 0, falseAlarms: 0, missed: 1 })).toBe(0);
  });

  test('of a perfect half are not told without doubt', () => {
    const { f1 } = scoresOf(Array.from({ length: 4 }, () => ({ hits: 4, falseAlarms: 0, missed: 0 })));
    // Wilson's interval of 16 of 16 begins at 0.806; as F1 that is 2 · 0.806 / 1.806.
    expect(f1).toEqual({ value: 1, low: expect.closeTo(0.893, 3), high: 1 });
  });

  test('are less certain when the errors lie in few sequences', () => {
    const spread = scoresOf(Array.from({ length: 20 }, () => ({ hits: 9, falseAlarms: 0, missed: 1 })));
    const heaped = scoresOf(
      Array.from({ length: 20 }, (_, i) =>
        i < 2 ? { hits: 0, falseAlarms: 0, missed: 10 } : { hits: 10, falseAlarms: 0, missed: 0 },
      ),
    );
    expect(spread.recall?.value).toBe(heaped.recall?.value);
    expect(heaped.recall?.low).toBeLessThan(spread.recall?.low ?? 0);
  });

  test('of several types are as uncertain as their sequences are few', () => {
    const right = match([label(1000)], [told(1000)], 500);
    const wrong = match([label(1000)], [], 500);
    const countsOf = ({ hits, missed, falseAlarms }: typeof right) => ({
      hits: hits.length,
      missed: missed.length,
      falseAlarms: falseAlarms.length,
    });
    // Three types in each of ten sequences; in three sequences all of them are missed.
    const sequences = Array.from({ length: 10 }, (_, i) => Array.from({ length: 3 }, () => (i < 3 ? wrong : right)));
    const joined = scoresOf(sequences.map(together).map(countsOf));
    const apart = scoresOf(sequences.flat().map(countsOf));
    expect(joined).toMatchObject({ sequences: 10, hits: 21, missed: 9 });
    expect(joined.recall?.value).toBe(apart.recall?.value);
    expect(joined.recall?.low).toBeLessThan(apart.recall?.low ?? 0);
  });

  test("agree with Wilson's published example", () => {
    // Newcombe 1998, Statistics in Medicine 17: 81 of 263 gives 0.2553 to 0.3662.
    const { low, high } = wilsonInterval(81, 263);
    expect(low).toBeCloseTo(0.2553, 4);
    expect(high).toBeCloseTo(0.3662, 4);
  });
});

describe('word errors', () => {
  test.each([
    ['the same', 'ask not what', 'Ask not, what.', 0],
    ['one substituted', 'ask not what', 'ask what what', 1],
    ['one missing, one added', 'a b c d', 'a c d e', 2],
    ['nothing heard', 'a b c', '', 3],
  ])('count %s', (_, said, heard, errors) => {
    expect(wordErrors(said, heard).errors).toBe(errors);
  });

  test('make a rate over all words, not a mean of rates', () => {
    const { rate } = errorRateOf(
      [
        { errors: 1, words: 1 },
        { errors: 0, words: 9 },
      ],
      new Random('rates'),
    );
    expect(rate).toBe(0.1);
  });
});
