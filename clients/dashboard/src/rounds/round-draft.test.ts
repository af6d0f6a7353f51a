import { describe, expect, test } from '@jest/globals';
import { EMPTY_ROUND, roundInputOf } from './round-draft';

describe('a new round’s draft', () => {
  test('becomes an input: trimmed, in UTC, and without what is empty', () => {
    const at = new Date('2026-01-30T09:30:00.000Z');
    const local = new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
    const draft = { ...EMPTY_ROUND, externalInterviewId: ' i-1 ', scheduledAt: local, scheduledDurationMinutes: '' };
    expect(roundInputOf(draft)).toEqual({
      externalInterviewId: 'i-1',
      externalCandidateId: '',
      externalInterviewerId: null,
      externalJobRoleId: '',
      roundNumber: 1,
      roundType: 'TECHNICAL_AI',
      interviewMode: 'HUMAN_AI_ASSISTED',
      scheduledAt: at.toISOString(),
    });
  });
});
