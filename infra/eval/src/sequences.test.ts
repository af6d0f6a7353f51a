import { describe, expect, test } from '@jest/globals';
import { faceSequences, labelsOf } from './pictures/face-sequences.js';
import { speechSequences } from './sound/speech-sequences.js';
import { tabHistories } from './tabs/tab-histories.js';

describe('the halves', () => {
  test.each([
    ['faces', faceSequences(false)],
    ['speech', speechSequences(false)],
  ])('of %s share no sequence, and each has every condition', (_, sequences) => {
    const names = sequences.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    const conditions = (half: string) =>
      new Set(sequences.filter((one) => one.half === half).map((one) => one.condition));
    expect(conditions('choose')).toEqual(conditions('score'));
  });
});

describe('a sequence of faces', () => {
  test('begins with the candidate, and comes back to the candidate after each event', () => {
    for (const { stretches } of faceSequences(false)) {
      for (const [at, { shown }] of stretches.entries()) expect(shown === 'candidate').toBe(at % 2 === 0);
      expect(stretches[0]?.toMs).toBeGreaterThanOrEqual(5_000);
      expect(stretches.slice(1).map(({ fromMs }) => fromMs)).toEqual(stretches.slice(0, -1).map(({ toMs }) => toMs));
    }
  });

  test('has one event of each kind, or none', () => {
    for (const sequence of faceSequences(false)) {
      const counts = (['nobody', 'both', 'other'] as const).map((shown) => labelsOf(sequence, shown).length);
      expect([
        [1, 1, 1],
        [0, 0, 0],
      ]).toContainEqual(counts);
    }
  });

  test('makes about 2000 pictures together: an hour of inference is nobody’s evaluation', () => {
    const pictures = faceSequences(false).reduce((sum, { lengthMs }) => sum + lengthMs / 500, 0);
    expect(pictures).toBeLessThan(2_200);
  });
});

describe('a history of a page', () => {
  test('holds its events, whatever happens to them on their way', () => {
    for (const { hidden, arriving } of tabHistories(false)) {
      const times = new Set(arriving.map(({ capturedAtMs }) => capturedAtMs));
      const wanted = [0, ...hidden.flatMap(({ fromMs, toMs }) => (toMs === null ? [fromMs] : [fromMs, toMs]))];
      expect([...times].toSorted((a, b) => a - b)).toEqual(wanted);
    }
  });

  test('is in order only where its delivery says so', () => {
    const inOrder = (delivery: string) =>
      tabHistories(false)
        .filter((history) => history.delivery === delivery)
        .every(({ arriving }) =>
          arriving.every((event, i) => event.capturedAtMs >= (arriving[i - 1]?.capturedAtMs ?? 0)),
        );
    expect(['in order', 'repeated', 'out of order', 'repeated and out of order'].map(inOrder)).toEqual([
      true,
      true,
      false,
      false,
    ]);
  });
});
