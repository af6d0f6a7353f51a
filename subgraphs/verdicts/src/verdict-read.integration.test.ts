/** Who sees a verdict, and its private notes, on which path. */
import { randomUUID } from 'node:crypto';
import { type Viewer } from '@interview/runtime/viewer';
import { statementsDuring } from '@interview/subgraph-kit/testing/statements';
import { aViewer } from '@interview/subgraph-kit/testing/subgraph-world';
import { describe, expect, test } from '@jest/globals';
import {
  aCompanyWithVerdicts,
  anInput,
  aRound,
  BY_KEY,
  codes,
  fieldOf,
  measured,
  OF_ROUNDS,
  READ,
  submit,
  UNKNOWN_ROUND,
  useVerdictsWorld,
  world,
} from './testing/verdicts-world.js';

useVerdictsWorld();

describe('reading', () => {
  /** Each way to a verdict: what is asked, and where the answer holds it. */
  const PATHS = {
    'Query.verdict': (viewer: Viewer, verdict: { roundId: string }) =>
      world.graph(viewer, READ, verdict).then((answer) => ({ answer, verdict: answer.data?.['verdict'] })),
    'Round.verdict': (viewer: Viewer, { roundId }: { roundId: string }) =>
      world
        .graph(viewer, OF_ROUNDS, { representations: [{ __typename: 'Round', id: roundId }] })
        .then((answer) => ({ answer, verdict: fieldOf<[{ verdict: unknown }]>(answer, '_entities')[0].verdict })),
    'the entity Verdict': (viewer: Viewer, { id }: { id: string }) =>
      world
        .graph(viewer, BY_KEY, { representations: [{ __typename: 'Verdict', id }] })
        .then((answer) => ({ answer, verdict: fieldOf<[unknown]>(answer, '_entities')[0] })),
  };
  const paths = Object.keys(PATHS) as (keyof typeof PATHS)[];

  async function aVerdict() {
    const { round, people } = await aRound();
    const answer = await submit(people.interviewer, anInput(round.id));
    const { id } = fieldOf<{ id: string }>(answer, 'submitVerdict');
    return { people, keys: { id, roundId: round.id } };
  }

  describe.each(paths)('through %s', (path) => {
    test.each([
      ['interviewer', null],
      ['hr', 'Expects an offer this week.'],
      ['admin', 'Expects an offer this week.'],
    ] as const)('%s sees it, with private notes %p', async (who, privateNotes) => {
      const { people, keys } = await aVerdict();
      const { answer, verdict } = await PATHS[path](people[who], keys);
      expect(answer.errors).toBeUndefined();
      expect(verdict).toMatchObject({ id: keys.id, notes: 'Would work with them.', privateNotes });
    });

    test.each(['otherInterviewer', 'candidate'] as const)('%s gets null with ACCESS_DENIED', async (who) => {
      const { people, keys } = await aVerdict();
      const { answer, verdict } = await PATHS[path](people[who], keys);
      expect(verdict).toBeNull();
      expect(codes(answer)).toEqual(['ACCESS_DENIED']);
    });

    test.each(['hrElsewhere', 'namesakeElsewhere'] as const)('%s gets null without an error', async (who) => {
      const { people, keys } = await aVerdict();
      const { answer, verdict } = await PATHS[path](people[who], keys);
      expect(verdict).toBeNull();
      expect(answer.errors).toBeUndefined();
    });

    test.each([UNKNOWN_ROUND, 'not-a-uuid'])('an unknown id %p is null without an error', async (id) => {
      const { answer, verdict } = await PATHS[path](aViewer('ADMIN'), { id, roundId: id });
      expect(verdict).toBeNull();
      expect(answer.errors).toBeUndefined();
    });
  });

  test('a round without a verdict has null, for who may see it', async () => {
    const { round, people } = await aRound();
    const { answer, verdict } = await PATHS['Query.verdict'](people.interviewer, { roundId: round.id });
    expect(verdict).toBeNull();
    expect(answer.errors).toBeUndefined();
  });

  test('one refused round leaves the others of the same answer alone', async () => {
    const mine = await aVerdict();
    const { companyId } = mine.people.interviewer;
    const other = await world.addRound({ companyId });
    const answer = await world.graph(mine.people.interviewer, OF_ROUNDS, {
      representations: [other.id, mine.keys.roundId].map((id) => ({ __typename: 'Round', id })),
    });
    expect(answer.data?.['_entities']).toMatchObject([{ verdict: null }, { verdict: { id: mine.keys.id } }]);
    expect(codes(answer)).toEqual(['ACCESS_DENIED']);
    expect(answer.errors?.[0]?.path).toEqual(['_entities', 0, 'verdict']);
  });

  test('fifty rounds with their verdicts and recommendations cost as many statements as two', async () => {
    const companyId = `company-${randomUUID()}`;
    const hr = aViewer('HR', { companyId });
    const rounds = await Promise.all(
      Array.from({ length: 50 }, () => world.addRound({ companyId, status: 'COMPLETED' })),
    );
    for (const round of rounds) {
      await measured(round);
      await submit(hr, anInput(round.id));
    }
    const query = `query ($representations: [_Any!]!) { _entities(representations: $representations) {
      ... on Round { verdict { id round { id } } recommendation { insightIds } } } }`;
    const cost = async (count: number) => {
      const representations = rounds.slice(0, count).map(({ id }) => ({ __typename: 'Round', id }));
      const statements = await statementsDuring(world.foundation.orm, async () => {
        const answer = await world.graph(hr, query, { representations });
        expect(answer.data?.['_entities']).toEqual(
          representations.map(({ id }) => ({
            verdict: { id: expect.any(String), round: { id } },
            recommendation: { insightIds: [expect.any(String)] },
          })),
        );
      });
      return statements.length;
    };
    // Access, verdicts, what recommendations rest on.
    expect([await cost(2), await cost(50)]).toEqual([3, 3]);
  });

  test('fifty verdicts asked by their keys cost as many statements as two', async () => {
    const { hr, ids } = await aCompanyWithVerdicts(50);
    const cost = async (count: number) => {
      const representations = ids.slice(0, count).map((id) => ({ __typename: 'Verdict', id }));
      const statements = await statementsDuring(world.foundation.orm, async () => {
        const answer = await world.graph(hr, BY_KEY, { representations });
        expect(answer.data?.['_entities']).toMatchObject(representations.map(({ id }) => ({ id })));
      });
      return statements.length;
    };
    expect([await cost(2), await cost(50)]).toEqual([2, 2]);
  });
});

describe('the subgraph itself', () => {
  test('gives its SDL and entities to nobody without the internal key', async () => {
    const response = await fetch(`http://127.0.0.1:${world.port}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query: '{ _service { sdl } }' }),
    });
    expect(response.status).toBe(401);
    expect(await response.json()).toMatchObject({ error: { code: 'AUTH_REQUIRED' } });
  });

  test('may not touch what rounds keeps for itself', async () => {
    const em = world.foundation.orm.em.fork();
    await expect(em.execute('select 1 from rounds.interview_rounds')).rejects.toThrow(/permission denied/);
  });
});
