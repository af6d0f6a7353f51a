/** The audit log of a company: written with each change, read by staff, and of a piece. */
import { aViewer, openSubgraphWorld, type SubgraphWorld } from '@interview/subgraph-kit/testing/subgraph-world';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { roundsDatabase } from '../database.js';
import { openRounds } from '../graph.js';
import { CONSENT, codeOf, interviewsIn, type People, people, UPDATE } from '../testing/interviews.js';

let world: SubgraphWorld;
beforeAll(async () => {
  world = await openSubgraphWorld({ database: roundsDatabase, open: openRounds });
});
afterAll(() => world.close());
const { ask, create, move, inProgress } = interviewsIn(() => world);

interface Page {
  nodes: { id: string; action: string; actorId: string; actorRole: string; roundId: string; detail: object }[];
  totalCount: number;
  pageInfo: { endCursor: string; hasNextPage: boolean };
}
const EVENTS = `query ($roundId: ID, $action: String, $since: DateTime, $first: Int, $after: String) {
  auditEvents(roundId: $roundId, action: $action, since: $since, first: $first, after: $after) {
    nodes { id action actorId actorRole roundId detail } totalCount pageInfo { endCursor hasNextPage } } }`;
const events = (who: People, given: Record<string, unknown> = {}) => ask<Page>(who.hr, EVENTS, given);

describe('a change of a round', () => {
  it('is in the log with who made it', async () => {
    const who = people();
    const { id } = await inProgress(who);
    await ask(who.candidate, CONSENT, { roundId: id, consent: true });
    await ask(who.candidate, CONSENT, { roundId: id, consent: false });
    await ask(who.interviewer, UPDATE, { id, input: { status: 'COMPLETED' } });
    const { nodes } = await events(who, { roundId: id });
    expect(nodes.map(({ action, actorId, actorRole, detail }) => [action, actorId, actorRole, detail])).toEqual([
      ['ROUND_STATUS_CHANGED', who.interviewer.id, 'EMPLOYEE', { from: 'IN_PROGRESS', to: 'COMPLETED' }],
      ['CONSENT_WITHDRAWN', who.candidate.id, 'CANDIDATE', {}],
      ['CONSENT_GIVEN', who.candidate.id, 'CANDIDATE', {}],
      ['ROUND_STATUS_CHANGED', who.interviewer.id, 'EMPLOYEE', { from: 'WAITING_FOR_INTERVIEWER', to: 'IN_PROGRESS' }],
      ['ROUND_STATUS_CHANGED', who.candidate.id, 'CANDIDATE', { from: 'SCHEDULED', to: 'WAITING_FOR_INTERVIEWER' }],
      ['ROUND_CREATED', who.hr.id, 'HR', { roundNumber: 1, interviewMode: 'HUMAN_AI_ASSISTED' }],
    ]);
    expect(nodes.every((node) => node.roundId === id)).toBe(true);
  });

  it('that was refused, or changed nothing, leaves no entry', async () => {
    const who = people();
    const { id } = await create(who);
    await codeOf(world.graph(who.hr, UPDATE, { id, input: { status: 'COMPLETED' } }));
    await move(who.candidate, 'leaveRound', id);
    expect((await events(who)).nodes.map((node) => node.action)).toEqual(['ROUND_CREATED']);
  });

  it('is not made when it cannot be audited', async () => {
    const who = people();
    const { id } = await create(who);
    await world.sql('alter function audit.append(jsonb) rename to append_away');
    const refused = await codeOf(
      world.graph(who.candidate, 'mutation ($id: ID!) { joinRound(id: $id) { id } }', { id }),
    );
    await world.sql('alter function audit.append_away(jsonb) rename to append');
    expect(refused).toEqual({ code: 'INTERNAL_ERROR' });
    expect(await ask(who.hr, `{ round(id: "${id}") { status } }`)).toEqual({ status: 'SCHEDULED' });
  });
});

describe('the log', () => {
  it('is paged from the newest entry, undisturbed by new ones, and filtered', async () => {
    const who = people();
    const { id } = await inProgress(who);
    const all = (await events(who)).nodes.map((node) => node.id);
    const first = await events(who, { first: 2 });
    await ask(who.interviewer, UPDATE, { id, input: { status: 'COMPLETED' } });
    const second = await events(who, { first: 2, after: first.pageInfo.endCursor });
    expect([...first.nodes, ...second.nodes].map((node) => node.id)).toEqual(all);
    expect(second.pageInfo.hasNextPage).toBe(false);
    expect(await events(who, { action: 'ROUND_CREATED' })).toMatchObject({ nodes: [{ roundId: id }], totalCount: 1 });
    expect(await events(who, { since: '2999-01-01T00:00:00Z' })).toMatchObject({ nodes: [], totalCount: 0 });
    for (const none of [{ roundId: 'no-uuid' }, { roundId: '' }, { action: '' }]) {
      expect(await events(who, none)).toMatchObject({ nodes: [], totalCount: 0 });
    }
  });

  it('is for HR and ADMIN of the company alone', async () => {
    const who = people();
    await create(who);
    for (const viewer of [who.candidate, who.interviewer]) {
      expect(await codeOf(world.graph(viewer, EVENTS))).toEqual({ code: 'ACCESS_DENIED' });
    }
    expect(await ask(aViewer('ADMIN'), EVENTS)).toMatchObject({ nodes: [], totalCount: 0 });
  });
});
