import { RoundStatus } from '@interview/schema/enums';
import { describe, expect, it } from '@jest/globals';
import { afterPresence, hasEnded, type Mover, mayBeUpdated, UPDATE_TARGETS } from './round.lifecycle.js';

describe('the lifecycle of a round', () => {
  it('waits for the other one, whoever comes first', () => {
    expect(afterPresence('SCHEDULED', 'HUMAN_AI_ASSISTED', 'JOIN', 'CANDIDATE')).toBe('WAITING_FOR_INTERVIEWER');
    expect(afterPresence('SCHEDULED', 'HUMAN_AI_ASSISTED', 'JOIN', 'INTERVIEWER')).toBe('WAITING_FOR_CANDIDATE');
  });

  it('is in progress when both are there', () => {
    expect(afterPresence('WAITING_FOR_INTERVIEWER', 'HUMAN_ONLY', 'JOIN', 'INTERVIEWER')).toBe('IN_PROGRESS');
    expect(afterPresence('WAITING_FOR_CANDIDATE', 'HUMAN_ONLY', 'JOIN', 'CANDIDATE')).toBe('IN_PROGRESS');
  });

  it('needs the candidate only when software conducts it', () => {
    expect(afterPresence('SCHEDULED', 'AI_CONDUCTED', 'JOIN', 'CANDIDATE')).toBe('IN_PROGRESS');
    expect(afterPresence('SCHEDULED', 'AI_CONDUCTED', 'JOIN', 'INTERVIEWER')).toBe('WAITING_FOR_CANDIDATE');
  });

  it('goes back to scheduled when the one who waited leaves, and not when the other does', () => {
    expect(afterPresence('WAITING_FOR_INTERVIEWER', 'HUMAN_ONLY', 'LEAVE', 'CANDIDATE')).toBe('SCHEDULED');
    expect(afterPresence('WAITING_FOR_INTERVIEWER', 'HUMAN_ONLY', 'LEAVE', 'INTERVIEWER')).toBe(
      'WAITING_FOR_INTERVIEWER',
    );
  });

  it('is never completed by leaving', () => {
    expect(afterPresence('IN_PROGRESS', 'HUMAN_ONLY', 'LEAVE', 'CANDIDATE')).toBe('IN_PROGRESS');
    expect(afterPresence('IN_PROGRESS', 'HUMAN_ONLY', 'LEAVE', 'INTERVIEWER')).toBe('IN_PROGRESS');
  });

  it('can be updated along exactly these moves', () => {
    const movesBy = (mover: Mover) =>
      RoundStatus.options
        .flatMap((from) => UPDATE_TARGETS.filter((to) => mayBeUpdated(from, to, mover)).map((to) => `${from} → ${to}`))
        .sort();
    expect(movesBy('CANDIDATE')).toEqual([]);
    expect(movesBy('STAFF')).toEqual(movesBy('INTERVIEWER'));
    expect(movesBy('INTERVIEWER')).toEqual([
      'IN_PROGRESS → CANCELLED',
      'IN_PROGRESS → COMPLETED',
      'SCHEDULED → CANCELLED',
      'SCHEDULED → IN_PROGRESS',
      'WAITING_FOR_CANDIDATE → CANCELLED',
      'WAITING_FOR_CANDIDATE → IN_PROGRESS',
      'WAITING_FOR_INTERVIEWER → CANCELLED',
      'WAITING_FOR_INTERVIEWER → IN_PROGRESS',
    ]);
  });

  it('has ended in three states', () => {
    expect(RoundStatus.options.filter(hasEnded)).toEqual(['COMPLETED', 'CANCELLED', 'NO_SHOW']);
  });
});
