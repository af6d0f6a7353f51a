import { describe, expect, it } from '@jest/globals';
import { createMediaBudget, MEDIA_BUDGETS } from './media-budget.js';

/** A budget whose clock the test moves. */
function budgetAt(start = 0) {
  let nowMs = start;
  const budget = createMediaBudget(() => nowMs);
  return { budget, wait: (ms: number) => (nowMs += ms) };
}

describe('the media budget', () => {
  it('takes what was kept back while the connection was away, and then no more than lasts', () => {
    const { budget, wait } = budgetAt();
    budget.take('audio', 'round', 'CANDIDATE', MEDIA_BUDGETS.audio.burst);
    const second = () => budget.take('audio', 'round', 'CANDIDATE', 1);
    expect(second).toThrow(expect.objectContaining({ code: 'RATE_LIMITED' }));
    wait(1000);
    for (let i = 0; i < MEDIA_BUDGETS.audio.perSecond; i++) second();
    expect(second).toThrow(expect.objectContaining({ code: 'RATE_LIMITED' }));
  });

  it('never runs dry at real time', () => {
    const { budget, wait } = budgetAt();
    for (let i = 0; i < 36_000; i++) {
      budget.take('audio', 'round', 'CANDIDATE', 0.1);
      budget.take('video', 'round', 'CANDIDATE', 1);
      wait(100);
    }
  });

  it('is each person’s, each round’s and each kind’s own', () => {
    const { budget } = budgetAt();
    budget.take('audio', 'round', 'CANDIDATE', MEDIA_BUDGETS.audio.burst);
    budget.take('audio', 'round', 'INTERVIEWER', 1);
    budget.take('audio', 'another', 'CANDIDATE', 1);
    budget.take('video', 'round', 'CANDIDATE', 1);
    budget.take('visibility', 'round', 'CANDIDATE', 1);
  });
});
