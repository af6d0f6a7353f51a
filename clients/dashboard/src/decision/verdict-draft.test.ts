import { describe, expect, test } from '@jest/globals';
import { EMPTY_DRAFT, inputOf } from './verdict-draft';

describe('a verdict’s draft', () => {
  test('is no input without a decision and an overall score', () => {
    expect(inputOf('r', EMPTY_DRAFT)).toBeUndefined();
    expect(inputOf('r', { ...EMPTY_DRAFT, decision: 'HOLD' })).toBeUndefined();
    expect(inputOf('r', { ...EMPTY_DRAFT, overallScore: '5' })).toBeUndefined();
  });

  test('becomes an input: a line a strength, what is empty is left out', () => {
    const draft = {
      ...EMPTY_DRAFT,
      decision: 'ADVANCE',
      overallScore: '8',
      strengths: ' clear \n\n exact',
      notes: ' ',
    } as const;
    expect(inputOf('r', draft)).toEqual({
      roundId: 'r',
      decision: 'ADVANCE',
      overallScore: 8,
      technicalScore: null,
      communicationScore: null,
      culturalFitScore: null,
      strengths: ['clear', 'exact'],
      weaknesses: [],
      notes: null,
      privateNotes: null,
    });
  });

  test('leaves a score out of range to the server, which says what is wrong with it', () => {
    expect(inputOf('r', { ...EMPTY_DRAFT, decision: 'HOLD', overallScore: '42' })?.overallScore).toBe(42);
  });
});
