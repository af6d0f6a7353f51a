import { describe, expect, it } from '@jest/globals';
import { contradictionFollowUps, type TalliedContradiction } from './contradiction-follow-ups.js';

const contradiction = (value: Partial<TalliedContradiction['value']> = {}): TalliedContradiction => ({
  id: '0d5c2a7e-93a1-4f0e-8f7d-1f2d3c4b5a69',
  atMs: 5000,
  explanation: 'Said: 10 years with Go; the resume says 5 years. Difference 5 years, tolerance 1.5 years.',
  value: {
    kind: 'SKILL_YEARS',
    said: { quote: 'ten years of go', segmentId: 's' },
    resume: { quote: 'Backend engineer.\n5 years of Go' },
    ...value,
  },
});
const questions = (...all: TalliedContradiction[]) =>
  contradictionFollowUps(all).map(({ followUp }) => followUp.question);

describe('a contradiction', () => {
  it('asks how the two quotes fit, for the reason that was measured, resting on its insight', () => {
    expect(contradictionFollowUps([contradiction()])).toEqual([
      {
        atMs: 5000,
        followUp: {
          category: 'resume',
          question:
            'Your resume says “Backend engineer. 5 years of Go”, you said “ten years of go”: how do the two fit?',
          reason: 'Said: 10 years with Go; the resume says 5 years. Difference 5 years, tolerance 1.5 years.',
          insightIds: ['0d5c2a7e-93a1-4f0e-8f7d-1f2d3c4b5a69'],
        },
      },
    ]);
  });

  it('with an employer that the resume does not name quotes nothing of the resume', () => {
    const unlisted = contradiction({ kind: 'EMPLOYER_UNLISTED', said: { quote: 'worked at Google', segmentId: 's' } });
    expect(questions(unlisted)).toEqual([
      'Your resume does not name this employer, you said “worked at Google”: how do the two fit?',
    ]);
  });

  it('cuts long quotes', () => {
    const [question = ''] = questions(contradiction({ resume: { quote: 'x'.repeat(500) } }));
    expect(question).toContain(`“${'x'.repeat(120)}…”`);
  });
});
