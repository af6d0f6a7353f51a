import { InterviewError } from '@interview/sdk/client';
import { describe, expect, test } from '@jest/globals';
import { problemOf, problemOutside } from './field-problems';

const error = new InterviewError('VALIDATION_FAILED', 'Two fields are wrong.', {
  details: [
    { path: 'input.overallScore', message: 'must be from 1 to 10' },
    { path: 'input.strengths.2', message: 'is too long.' },
    { path: 'roundId', message: 'is no UUID' },
  ],
});
const fields = ['overallScore', 'strengths', 'notes'];

describe('the server’s complaints', () => {
  test('stand at their fields, as sentences', () => {
    expect(problemOf(error, 'overallScore')).toBe('Must be from 1 to 10.');
    expect(problemOf(error, 'strengths')).toBe('Is too long.');
    expect(problemOf(error, 'notes')).toBeUndefined();
    expect(problemOf(undefined, 'notes')).toBeUndefined();
  });

  test('are not taken for those of a field whose name only begins the same', () => {
    expect(problemOf(error, 'overall')).toBeUndefined();
  });

  test('that have no field here are told for the whole form', () => {
    expect(problemOutside(error, fields)).toBe('roundId: is no UUID');
    expect(problemOutside(new InterviewError('CONFLICT', 'There is one already.'), fields)).toBe(
      'There is one already.',
    );
    expect(problemOutside(error, [...fields, 'roundId'])).toBeUndefined();
    expect(problemOutside(undefined, fields)).toBeUndefined();
  });
});
