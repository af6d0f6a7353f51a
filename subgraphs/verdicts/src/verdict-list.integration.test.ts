/** The list that an ATS syncs from: who may read it, in which order, and that nothing is missed. */

import { statementsDuring } from '@interview/subgraph-kit/testing/statements';
import { aViewer } from '@interview/subgraph-kit/testing/subgraph-world';
import { describe, expect, test } from '@jest/globals';
import {
  aCompanyWithVerdicts,
  anInput,
  aRound,
  codes,
  fieldOf,
  submit,
  useVerdictsWorld,
  world,
} from './testing/verdicts-world.js';

useVerdictsWorld();

const LIST = `query ($submittedAfter: DateTime, $first: Int, $after: String) {
  verdicts(submittedAfter: $submittedAfter, first: $first, after: $after) {
    nodes { id decision strengths submittedAt privateNotes round { id } }
    pageInfo { hasNextPage hasPreviousPage endCursor } totalCount } }`;

interface List {
  nodes: { id: string; submittedAt: string; privateNotes: string | null }[];
  pageInfo: { hasNextPage: boolean; endCursor: string };
  totalCount: number;
}
const list = async (viewer: ReturnType<typeof aViewer>, variables: object = {}) =>
  fieldOf<List>(await world.graph(viewer, LIST, { ...variables }), 'verdicts');
const idsOf = ({ nodes }: List) => nodes.map(({ id }) => id);

describe('the list of verdicts', () => {
  test('shows HR and ADMIN the company’s, the oldest first, as each verdict is', async () => {
    const { hr, ids, rounds } = await aCompanyWithVerdicts(3);
    await aCompanyWithVerdicts(1);
    for (const viewer of [hr, aViewer('ADMIN', { companyId: hr.companyId })]) {
      const all = await list(viewer);
      expect(idsOf(all)).toEqual(ids);
      expect(all).toMatchObject({ totalCount: 3, pageInfo: { hasNextPage: false } });
      expect(all.nodes[0]).toEqual({
        id: ids[0],
        decision: 'ADVANCE',
        strengths: ['explains trade-offs', 'measures before changing'],
        submittedAt: expect.stringMatching(/^\d{4}-\d{2}-\d{2}T[\d:.]+Z$/),
        privateNotes: 'Expects an offer this week.',
        round: { id: rounds[0]?.id },
      });
    }
  });

  test.each(['interviewer', 'candidate'] as const)('is null with ACCESS_DENIED for %s', async (who) => {
    const { people } = await aRound();
    const answer = await world.graph(people[who], LIST);
    expect(answer.data).toEqual({ verdicts: null });
    expect(codes(answer)).toEqual(['ACCESS_DENIED']);
  });

  test('goes on after a cursor with neither gap nor repeat while verdicts are added', async () => {
    const { hr, ids } = await aCompanyWithVerdicts(3);
    const first = await list(hr, { first: 2 });
    const round = await world.addRound({ companyId: hr.companyId });
    const added = fieldOf<{ id: string }>(await submit(hr, anInput(round.id)), 'submitVerdict').id;
    const rest = await list(hr, { first: 2, after: first.pageInfo.endCursor });
    expect([...idsOf(first), ...idsOf(rest)]).toEqual([...ids, added]);
    expect(rest.pageInfo.hasNextPage).toBe(false);
  });

  test('gives verdicts of one moment instants of their own, so that submittedAfter misses none', async () => {
    const { hr } = await aCompanyWithVerdicts(0);
    const rounds = await Promise.all(Array.from({ length: 12 }, () => world.addRound({ companyId: hr.companyId })));
    await Promise.all(rounds.map(({ id }) => submit(hr, anInput(id))));
    const all = await list(hr);
    expect(new Set(all.nodes.map(({ submittedAt }) => submittedAt)).size).toBe(12);
    const seventh = all.nodes[6]?.submittedAt;
    const later = await list(hr, { submittedAfter: seventh });
    expect(idsOf(later)).toEqual(idsOf(all).slice(7));
    expect(later.totalCount).toBe(5);
  });

  test('leaves out what its item would refuse: a round that is being erased', async () => {
    const { hr, ids, rounds } = await aCompanyWithVerdicts(2);
    await world.sql('insert into rounds.erased values (?)', [rounds[0]?.id]);
    const all = await list(hr);
    expect([idsOf(all), all.totalCount]).toEqual([[ids[1]], 1]);
  });

  test.each([[{ first: 0 }], [{ first: 501 }], [{ after: 'x' }], [{ submittedAfter: 'yesterday' }]])(
    'of %j is VALIDATION_FAILED',
    async (variables) => {
      expect(codes(await world.graph(aViewer('HR'), LIST, variables))).toEqual(['VALIDATION_FAILED']);
    },
  );

  test('counts only when asked, and costs one statement without', async () => {
    const { hr } = await aCompanyWithVerdicts(2);
    const query = '{ verdicts { nodes { id round { id } } } }';
    expect(await statementsDuring(world.foundation.orm, () => world.graph(hr, query))).toHaveLength(1);
  });
});
