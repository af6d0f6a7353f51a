import { randomUUID } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import type { BasisInsight } from './basis.js';
import { rulesRecommender } from './rules.recommender.js';

const roundId = '3f0f9d3e-52f5-4d0c-8a5c-0d4a5f1a9b11';
const insight = (type: BasisInsight['type'], value: object, changes: Partial<BasisInsight> = {}): BasisInsight => ({
  id: randomUUID(),
  roundId,
  type,
  severity: 'MEDIUM',
  timestampMs: 0,
  value,
  disposition: 'UNREVIEWED',
  ...changes,
});
const answer = (value: { words?: number; specifics?: number; relevance?: number; wordsPerMinute?: number }) =>
  insight('RESPONSE_QUALITY', { words: 30, specifics: 0, ...value });
async function recommended(...basis: BasisInsight[]) {
  const text = await rulesRecommender.recommend(basis);
  if (!text) throw new Error('There is no recommendation.');
  return text;
}

describe('the rules', () => {
  it('say nothing about nothing', async () => {
    expect(await rulesRecommender.recommend([])).toBeNull();
    expect(await rulesRecommender.recommend([insight('TAB_SWITCH', { phase: 'END', durationMs: 5 })])).toBeNull();
  });

  it('count answers on the point, with specifics, and off the point', async () => {
    const answers = [
      answer({ relevance: 0.5, specifics: 3 }),
      answer({ relevance: 0.8 }),
      answer({ relevance: 0.2 }),
      answer({ relevance: 0.1, words: 19 }),
      answer({ specifics: 2 }),
    ];
    const text = await recommended(...answers);
    expect(text.strengths).toEqual([
      '2 of 4 answers to a marked question took up at least 50 % of its content words.',
      '1 of 5 answers named at least 3 numbers or proper names.',
    ]);
    // Measured to err too often for a concern.
    expect(text.concerns).toEqual([]);
    expect(text.summary).toContain(
      " 1 of 3 answers of at least 20 words took up at most 20 % of the question's content words. ",
    );
    expect(text.insightIds).toEqual(answers.map(({ id }) => id).sort());
  });

  it('do not depend on the pace of an answer', async () => {
    const at = async (wordsPerMinute: number) => {
      const { insightIds: _ids, ...sentences } = await recommended(answer({ relevance: 0.7, wordsPerMinute }));
      return sentences;
    };
    expect(await at(20)).toEqual(await at(300));
  });

  it('count onsets, not ends, and how many a person confirmed', async () => {
    const raised = [
      insight('TAB_SWITCH', { phase: 'START' }, { timestampMs: 65_000 }),
      insight('TAB_SWITCH', { phase: 'END', durationMs: 900 }, { timestampMs: 66_000 }),
      insight('TAB_SWITCH', { phase: 'START' }, { timestampMs: 90_000, disposition: 'CONFIRMED' }),
      insight('FACE_SWITCH', { distance: 0.8, threshold: 0.6, frames: 4 }, { timestampMs: 600_500 }),
    ];
    const text = await recommended(...raised);
    expect(text.concerns).toEqual([
      'The interview page was hidden 2 times, first at 1:05 (1 confirmed by a person).',
      'The face’s distance from the one that the comparison began with was above the threshold once, at 10:00 (not reviewed).',
    ]);
    expect(text.summary).toBe(
      'This rests on 3 alerts. A person confirmed 1 of these 3. How the candidate speaks, pauses and looks does not count. A person decides.',
    );
    expect(text.insightIds).not.toContain(raised[1]?.id);
  });

  it.each([
    ['TAB_SWITCH', {}, 'The interview page was hidden once, at 0:05 (not reviewed).'],
    ['MULTIPLE_FACES', { count: 2 }, 'More than one face was detected in the picture once, at 0:05 (not reviewed).'],
    ['FACE_ABSENT', {}, 'No face was detected in the picture once, at 0:05 (not reviewed).'],
    [
      'BACKGROUND_VOICE',
      { score: 0.8, evidence: ['timbre'] },
      'Speech differed from the candidate’s own voice by at least the threshold once, at 0:05 (not reviewed).',
    ],
  ] as const)('have a sentence for %s, resting on its onset', async (type, evidence, sentence) => {
    const onset = insight(type, { phase: 'START', ...evidence }, { timestampMs: 5000 });
    const end = insight(type, { phase: 'END', durationMs: 900, ...evidence }, { timestampMs: 5900 });
    const { strengths, concerns, insightIds } = await recommended(onset, end);
    expect({ strengths, concerns, insightIds }).toEqual({
      strengths: [],
      concerns: [sentence],
      insightIds: [onset.id],
    });
  });

  it('quote contradictions, the first five, and cut long quotes', async () => {
    const contradiction = (said: string) =>
      insight('RESUME_CONTRADICTION', {
        kind: 'SKILL_YEARS',
        said: { quote: said, segmentId: 's' },
        resume: { quote: '2 years' },
      });
    const all = [contradiction('x'.repeat(500)), ...Array.from({ length: 6 }, () => contradiction('ten years'))];
    const { concerns, insightIds } = await recommended(...all);
    expect(concerns[0]).toBe(`Said: “${'x'.repeat(200)}…”; in the resume: “2 years”.`);
    expect(concerns.slice(1)).toEqual([
      ...Array.from({ length: 4 }, () => 'Said: “ten years”; in the resume: “2 years”.'),
      '2 more of what was said differs from the resume.',
    ]);
    expect(insightIds).toHaveLength(7);
  });

  it('say in the summary, not among the concerns, what differs by little and nobody confirmed', async () => {
    const differing = (said: string, changes: Partial<BasisInsight>) =>
      insight(
        'RESUME_CONTRADICTION',
        { kind: 'SKILL_YEARS', said: { quote: said, segmentId: 's' }, resume: { quote: '2 years' } },
        changes,
      );
    const all = [
      differing('weak', { severity: 'LOW' }),
      differing('weak too', { severity: 'LOW' }),
      differing('confirmed', { severity: 'LOW', disposition: 'CONFIRMED' }),
      differing('weighty', { severity: 'MEDIUM' }),
    ];
    const { summary, concerns, insightIds } = await recommended(...all);
    expect(concerns).toEqual([
      'Said: “confirmed”; in the resume: “2 years”.',
      'Said: “weighty”; in the resume: “2 years”.',
    ]);
    expect(summary).toBe(
      'This rests on 4 differences from the resume. A person confirmed 1 of these 4. 2 differences from the resume are of low severity and not reviewed, and no concern here. How the candidate speaks, pauses and looks does not count. A person decides.',
    );
    expect(insightIds).toEqual(all.map(({ id }) => id).sort());
  });

  it('leave out a value that is not of its type', async () => {
    expect(await rulesRecommender.recommend([insight('RESPONSE_QUALITY', { words: 'many' })])).toBeNull();
  });

  it('say the same of the same insights', async () => {
    const basis = [answer({ relevance: 0.9 }), insight('FACE_ABSENT', { phase: 'START' })];
    expect(await recommended(...basis)).toEqual(await recommended(...basis));
  });
});
