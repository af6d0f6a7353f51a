import { describe, expect, it } from '@jest/globals';
import { sharedAnswers } from './shared-answers.js';

function heldAnswers() {
  const asked: { question: string; answer: PromiseWithResolvers<string> }[] = [];
  const second = Promise.withResolvers<void>();
  const ask = sharedAnswers((body, signedViewer) => {
    const answer = Promise.withResolvers<string>();
    asked.push({ question: `${signedViewer} ${body}`, answer });
    if (asked.length === 2) second.resolve();
    return answer.promise;
  });
  return { ask, asked, secondAsked: second.promise };
}

describe('shared answers', () => {
  it('are asked for once by all who come while an equal question is under way, and after it', async () => {
    const { ask, asked, secondAsked } = heldAnswers();
    const first = ask('status?', 'helen');
    const others = [ask('status?', 'helen'), ask('status?', 'helen'), ask('status?', 'helen')];
    expect(asked).toHaveLength(1);
    asked[0]?.answer.resolve('SCHEDULED');
    expect(await first).toBe('SCHEDULED');
    // What the others hear was asked for after they asked.
    await secondAsked;
    asked[1]?.answer.resolve('IN_PROGRESS');
    expect(await Promise.all(others)).toEqual(['IN_PROGRESS', 'IN_PROGRESS', 'IN_PROGRESS']);
    expect(asked).toHaveLength(2);
  });

  it('are never shared between viewers', () => {
    const { ask, asked } = heldAnswers();
    void ask('status?', 'helen');
    void ask('status?', 'ines');
    expect(asked.map((a) => a.question)).toEqual(['helen status?', 'ines status?']);
  });

  it('that fail leave the next question its chance', async () => {
    const { ask, asked, secondAsked } = heldAnswers();
    const failing = ask('status?', 'helen');
    const waiting = ask('status?', 'helen');
    asked[0]?.answer.reject(new Error('away'));
    await expect(failing).rejects.toThrow('away');
    await secondAsked;
    asked[1]?.answer.resolve('COMPLETED');
    expect(await waiting).toBe('COMPLETED');
    void ask('status?', 'helen');
    expect(asked).toHaveLength(3);
  });
});
