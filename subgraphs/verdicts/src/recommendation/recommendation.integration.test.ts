/** When a recommendation is shown, to whom, on what it rests, and what of it a verdict keeps. */

import type { Viewer } from '@interview/runtime/viewer';
import type { RoundAccess } from '@interview/subgraph-kit/round-access';
import { describe, expect, test } from '@jest/globals';
import {
  anInput,
  aRound,
  codes,
  fieldOf,
  measured,
  READ,
  reviewed,
  submit,
  useVerdictsWorld,
  world,
} from '../testing/verdicts-world.js';

useVerdictsWorld();

const QUERY = `query ($representations: [_Any!]!) { _entities(representations: $representations) { ... on Round {
  recommendation { summary strengths concerns insightIds generatedBy generatedAt } } } }`;

interface Recommendation {
  summary: string;
  strengths: string[];
  concerns: string[];
  insightIds: string[];
}
async function ask(viewer: Viewer, round: RoundAccess) {
  const representations = [{ __typename: 'Round', id: round.id }];
  const answer = await world.graph(viewer, QUERY, { representations });
  const [found] = fieldOf<[{ recommendation: Recommendation | null }]>(answer, '_entities');
  return { recommendation: found.recommendation, codes: codes(answer) };
}

describe('a recommendation', () => {
  test.each(['interviewer', 'hr', 'admin'] as const)('is for %s once the round is completed', async (who) => {
    const { round, people } = await aRound({ status: 'COMPLETED' });
    const id = await measured(round);
    expect((await ask(people[who], round)).recommendation).toEqual({
      summary: expect.stringContaining('1 alert'),
      strengths: [],
      concerns: ['The interview page was hidden once, at 1:01 (not reviewed).'],
      insightIds: [id],
      generatedBy: 'verdicts/rules-3',
      generatedAt: expect.stringMatching(/Z$/),
    });
  });

  test.each(['otherInterviewer', 'candidate'] as const)('is refused to %s', async (who) => {
    const { round, people } = await aRound({ status: 'COMPLETED' });
    await measured(round);
    expect(await ask(people[who], round)).toEqual({ recommendation: null, codes: ['ACCESS_DENIED'] });
  });

  test('does not exist for another company', async () => {
    const { round, people } = await aRound({ status: 'COMPLETED' });
    await measured(round);
    expect(await ask(people.hrElsewhere, round)).toEqual({ recommendation: null, codes: [] });
  });

  test.each([
    [{ status: 'IN_PROGRESS' }],
    [{ status: 'SCHEDULED' }],
    [{ status: 'CANCELLED' }],
    [{ status: 'NO_SHOW' }],
    [{ status: 'COMPLETED', consentGiven: false }],
  ] as const)('is null for a round with %j', async (state) => {
    const { round, people } = await aRound(state);
    await measured(round);
    expect(await ask(people.hr, round)).toEqual({ recommendation: null, codes: [] });
  });

  test.each([
    ['nothing was measured', undefined],
    ['only a pause was', { type: 'HESITATION', value: { kind: 'PAUSE', durationMs: 9000 } }],
    ['everything was dismissed', { disposition: 'DISMISSED' }],
  ])('is null when %s', async (_name, insight) => {
    const { round, people } = await aRound({ status: 'COMPLETED' });
    if (insight) await measured(round, insight);
    expect(await ask(people.hr, round)).toEqual({ recommendation: null, codes: [] });
  });

  test('leaves out an insight as soon as it is dismissed', async () => {
    const { round, people } = await aRound({ status: 'COMPLETED' });
    const [first, second] = [await measured(round), await measured(round, { timestampMs: 120_000 })];
    expect((await ask(people.hr, round)).recommendation?.insightIds.toSorted()).toEqual([first, second].toSorted());
    await reviewed(first, 'DISMISSED');
    await reviewed(second, 'CONFIRMED');
    expect((await ask(people.hr, round)).recommendation).toMatchObject({
      insightIds: [second],
      concerns: ['The interview page was hidden once, at 2:00 (1 confirmed by a person).'],
    });
  });
});

describe('what a verdict keeps of it', () => {
  const summaryOf = async (viewer: Viewer, roundId: string) =>
    fieldOf<{ aiSummary: unknown }>(await world.graph(viewer, READ, { roundId }), 'verdict').aiSummary;

  test('is the recommendation at its submission, whatever is reviewed later', async () => {
    const { round, people } = await aRound({ status: 'COMPLETED' });
    const id = await measured(round);
    const answer = await submit(people.interviewer, anInput(round.id));
    const { aiSummary } = fieldOf<{ aiSummary: object }>(answer, 'submitVerdict');
    expect(aiSummary).toEqual({
      summary: expect.stringContaining('1 alert'),
      strengths: [],
      concerns: [expect.stringContaining('hidden once')],
      insightIds: [id],
      generatedBy: 'verdicts/rules-3',
      generatedAt: expect.stringMatching(/Z$/),
    });
    await reviewed(id, 'DISMISSED');
    expect((await ask(people.hr, round)).recommendation).toBeNull();
    expect(await summaryOf(people.hr, round.id)).toEqual(aiSummary);
  });

  test.each([
    ['the round goes on', 'IN_PROGRESS', true],
    ['nothing was measured', 'COMPLETED', false],
  ] as const)('is nothing while %s', async (_name, status, isMeasured) => {
    const { round, people } = await aRound({ status });
    if (isMeasured) await measured(round);
    await submit(people.interviewer, anInput(round.id));
    expect(await summaryOf(people.hr, round.id)).toBeNull();
  });
});
