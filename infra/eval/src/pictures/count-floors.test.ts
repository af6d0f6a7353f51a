import { describe, expect, test } from '@jest/globals';
import { scoresOf } from '../scoring/scores.js';
import { countFloors } from './count-floors.js';

const of = (hits: number, missed: number) => ({ hits, missed, falseAlarms: 0 });
const floorsOf = (absent: ReturnType<typeof of>, many: ReturnType<typeof of>) =>
  countFloors(
    [
      { type: 'FACE_ABSENT', scores: scoresOf([absent]) },
      { type: 'MULTIPLE_FACES', scores: scoresOf([many]) },
    ],
    scoresOf([
      {
        hits: absent.hits + many.hits,
        missed: absent.missed + many.missed,
        falseAlarms: 0,
      },
    ]),
  );

describe('the floor under counted faces', () => {
  test('stands under each type where both reach it', () => {
    const { floors, notes } = floorsOf(of(16, 0), of(15, 1));
    expect(floors.map(({ name, state }) => [name, state])).toEqual([
      ['FACE_ABSENT', 'met'],
      ['MULTIPLE_FACES', 'met'],
    ]);
    expect(notes).toEqual([]);
  });

  test('stands under both together where one does not, and shows each', () => {
    // 14 of 16 are F1 0.933 alone, 30 of 32 are 0.968 together.
    const { floors, notes } = floorsOf(of(14, 2), of(16, 0));
    expect(floors).toMatchObject([{ name: 'faces (count, absence), pooled', state: 'met' }]);
    expect(floors[0]?.measured).toMatch(/^F1 0\.97 .*; FACE_ABSENT 0\.93 .*, MULTIPLE_FACES 1\.00/);
    expect(notes[0]).toMatch(/^By itself FACE_ABSENT does not reach F1 0.95/);
  });

  test('is missed where both together do not reach it', () => {
    expect(floorsOf(of(12, 4), of(16, 0)).floors).toMatchObject([{ state: 'missed' }]);
  });

  test('is not measured where one type has no events', () => {
    expect(floorsOf(of(0, 0), of(16, 0)).floors).toMatchObject([{ state: 'not measured' }]);
  });
});
