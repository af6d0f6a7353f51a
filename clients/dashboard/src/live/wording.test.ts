import { describe, expect, test } from '@jest/globals';
import { clockTime, nameOfCode, percent, seconds } from './wording';

describe('figures and names', () => {
  test.each([
    [0, '0:00'],
    [-200, '0:00'],
    [65_900, '1:05'],
    [3_723_000, '1:02:03'],
  ])('%d ms into the round is %s', (milliseconds, text) => {
    expect(clockTime(milliseconds)).toBe(text);
  });

  test('what was not measured is not shown as zero', () => {
    expect([percent(null), seconds(undefined), percent(0), seconds(0)]).toEqual(['–', '–', '0 %', '0.0 s']);
  });

  test('codes read as words, AI and HR as they are', () => {
    expect([nameOfCode('TECHNICAL_AI'), nameOfCode('HR_HUMAN')]).toEqual(['Technical AI', 'HR human']);
  });
});
