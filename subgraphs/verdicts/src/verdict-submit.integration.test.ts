/** Who may submit a verdict, what is refused, and that there is one for each round. */
import { aViewer } from '@interview/subgraph-kit/testing/subgraph-world';
import { describe, expect, test } from '@jest/globals';
import {
  anInput,
  aRound,
  codes,
  READ,
  submit,
  UNKNOWN_ROUND,
  useVerdictsWorld,
  world,
} from './testing/verdicts-world.js';

useVerdictsWorld();

describe('submitting', () => {
  test.each(['interviewer', 'hr', 'admin'] as const)('%s may, and is named as who did', async (who) => {
    const { round, people } = await aRound();
    const answer = await submit(people[who], anInput(round.id));
    expect(answer.errors).toBeUndefined();
    expect(answer.data?.['submitVerdict']).toEqual({
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      interviewerId: people[who].id,
      decision: 'ADVANCE',
      overallScore: 8,
      technicalScore: 9,
      communicationScore: null,
      culturalFitScore: null,
      strengths: ['explains trade-offs', 'measures before changing'],
      weaknesses: [],
      notes: 'Would work with them.',
      privateNotes: who === 'interviewer' ? null : 'Expects an offer this week.',
      aiSummary: null,
      submittedAt: expect.stringMatching(/^\d{4}-\d{2}-\d{2}T.*Z$/),
      round: { id: round.id },
    });
    const stored = await world.sql<object>('select * from verdicts.interview_verdicts where round_id = ?', [round.id]);
    expect(stored).toMatchObject([
      {
        company_id: round.companyId,
        strengths: ['explains trade-offs', 'measures before changing'],
        private_notes: 'Expects an offer this week.',
      },
    ]);
  });

  test.each([
    ['otherInterviewer', 'ACCESS_DENIED'],
    ['candidate', 'ACCESS_DENIED'],
    ['hrElsewhere', 'NOT_FOUND'],
    ['namesakeElsewhere', 'NOT_FOUND'],
  ] as const)('%s is refused with %s, before anything else is said, and nothing is stored', async (who, code) => {
    const { round, people } = await aRound({ status: 'SCHEDULED' });
    const answer = await submit(people[who], anInput(round.id, { overallScore: 99 }));
    expect(codes(answer)).toEqual([code]);
    expect(await world.sql('select 1 from verdicts.interview_verdicts where round_id = ?', [round.id])).toEqual([]);
  });

  test.each([UNKNOWN_ROUND, 'not-a-uuid', ''])('a round %p that there is not is NOT_FOUND', async (roundId) => {
    expect(codes(await submit(aViewer('ADMIN'), anInput(roundId)))).toEqual(['NOT_FOUND']);
  });

  test.each(['IN_PROGRESS', 'COMPLETED'] as const)('is possible while a round is %s', async (status) => {
    const { round, people } = await aRound({ status });
    expect((await submit(people.interviewer, anInput(round.id))).errors).toBeUndefined();
  });

  test.each(['SCHEDULED', 'WAITING_FOR_CANDIDATE', 'WAITING_FOR_INTERVIEWER', 'CANCELLED', 'NO_SHOW'] as const)(
    'is refused while a round is %s, naming that state',
    async (status) => {
      const { round, people } = await aRound({ status });
      const answer = await submit(people.hr, anInput(round.id));
      expect(codes(answer)).toEqual(['VALIDATION_FAILED']);
      expect(answer.errors?.[0]?.message).toContain(status);
    },
  );

  test('names every wrong field at once', async () => {
    const { round, people } = await aRound({ status: 'SCHEDULED' });
    const answer = await submit(
      people.hr,
      anInput(round.id, {
        overallScore: 11,
        technicalScore: 0,
        communicationScore: -1,
        culturalFitScore: 1000,
        strengths: ['fine', '  ', 'x'.repeat(1001)],
        weaknesses: Array.from({ length: 51 }, () => 'late'),
        notes: 'n'.repeat(10_001),
        privateNotes: 'a\u0000b',
      }),
    );
    expect(codes(answer)).toEqual(['VALIDATION_FAILED']);
    const details = answer.errors?.[0]?.extensions.details as { path: string; message: string }[];
    expect(details.map((detail) => detail.path)).toEqual([
      'input.roundId',
      'input.overallScore',
      'input.technicalScore',
      'input.communicationScore',
      'input.culturalFitScore',
      'input.strengths.1',
      'input.strengths.2',
      'input.weaknesses',
      'input.notes',
      'input.privateNotes',
    ]);
    expect(await world.sql('select 1 from verdicts.interview_verdicts where round_id = ?', [round.id])).toEqual([]);
  });

  test.each([
    [{ overallScore: 1, technicalScore: 10 }],
    [{ notes: '😀'.repeat(10_000) }],
    [{ strengths: null, weaknesses: null, notes: null, privateNotes: null }],
    [{ notes: '', strengths: [] }],
  ])('takes what lies just within the limits (%#)', async (more) => {
    const { round, people } = await aRound();
    expect((await submit(people.hr, anInput(round.id, more))).errors).toBeUndefined();
  });

  test.each([
    [{ overallScore: 7.5 }],
    [{ overallScore: '8' }],
    [{ overallScore: null }],
    [{ decision: 'MAYBE' }],
    [{ strengths: [null] }],
  ])('input of the wrong type is VALIDATION_FAILED (%j)', async (more) => {
    const { round, people } = await aRound();
    expect(codes(await submit(people.hr, anInput(round.id, more)))).toEqual(['VALIDATION_FAILED']);
  });

  test('text that PostgreSQL would not store is refused, not a failure', async () => {
    const { round, people } = await aRound();
    const answer = await submit(people.hr, anInput(round.id, { strengths: ['half \ud83d'], notes: 'half \udc00' }));
    expect(codes(answer)).toEqual(['VALIDATION_FAILED']);
  });

  test('a second one for the same round is CONFLICT, and the first stays', async () => {
    const { round, people } = await aRound();
    await submit(people.interviewer, anInput(round.id));
    const again = await submit(people.hr, anInput(round.id.toUpperCase(), { decision: 'REJECT' }));
    expect(codes(again)).toEqual(['CONFLICT']);
    const read = await world.graph(people.hr, READ, { roundId: round.id });
    expect(read.data?.['verdict']).toMatchObject({ decision: 'ADVANCE', interviewerId: people.interviewer.id });
  });

  test('of ten at the same moment exactly one is stored and nine are CONFLICT', async () => {
    const { round, people } = await aRound();
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, n) => submit(people.hr, anInput(round.id, { notes: `attempt ${n}` }))),
    );
    expect(answers.filter((answer) => !answer.errors)).toHaveLength(1);
    expect(answers.flatMap(codes)).toEqual(Array.from({ length: 9 }, () => 'CONFLICT'));
    expect(await world.sql('select 1 from verdicts.interview_verdicts where round_id = ?', [round.id])).toHaveLength(1);
  });
});
