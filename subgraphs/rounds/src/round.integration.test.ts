/** Rounds as the gateway asks for them, on real PostgreSQL and Redis. */
import { channels, keys } from '@interview/schema/keys';
import { RoundState } from '@interview/schema/messages';
import {
  aViewer,
  type GraphAnswer,
  openSubgraphWorld,
  type SubgraphWorld,
} from '@interview/subgraph-kit/testing/subgraph-world';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { roundsDatabase } from './database.js';
import { openRounds } from './graph.js';
import { anInput, CONSENT, codeOf, interviewsIn, people, UPDATE } from './testing/interviews.js';

let world: SubgraphWorld;
beforeAll(async () => {
  world = await openSubgraphWorld({ database: roundsDatabase, open: openRounds });
});
afterAll(() => world.close());

const { ask, create, move, inProgress } = interviewsIn(() => world);

describe('creating', () => {
  it('answers the same round for the same interview and number, and refuses other fields', async () => {
    const who = people();
    const scheduledAt = '2026-12-01T10:00:00.000+02:00';
    const first = await create(who, { externalInterviewId: 'same', scheduledAt });
    expect(first['justCreated']).toBe(true);
    const again = await create(who, { externalInterviewId: 'same', scheduledAt });
    expect(again).toEqual({ ...first, justCreated: false });
    const other = world.graph(who.hr, 'mutation ($input: CreateRoundInput!) { createRound(input: $input) { id } }', {
      input: anInput(who, { externalInterviewId: 'same', externalJobRoleId: 'another', scheduledAt }),
    });
    expect(await codeOf(other)).toEqual({ code: 'CONFLICT' });
  });

  it('makes one round of ten equal requests at once', async () => {
    const who = people();
    const rounds = await Promise.all(Array.from({ length: 10 }, () => create(who, { externalInterviewId: 'at-once' })));
    expect(new Set(rounds.map((round) => round.id)).size).toBe(1);
    expect(rounds.filter((round) => round['justCreated'])).toHaveLength(1);
  });

  it('names every wrong field at once', async () => {
    const who = people();
    const input = anInput(who, { externalInterviewId: ' ', roundNumber: 0, scheduledDurationMinutes: 100_000 });
    const answer = world.graph(who.hr, 'mutation ($input: CreateRoundInput!) { createRound(input: $input) { id } }', {
      input,
    });
    expect(await codeOf(answer)).toEqual({
      code: 'VALIDATION_FAILED',
      details: ['externalInterviewId', 'roundNumber', 'scheduledDurationMinutes'].map((field) => ({
        path: `input.${field}`,
        message: expect.any(String),
      })),
    });
  });

  it.each(['CANDIDATE', 'EMPLOYEE'] as const)('is not for %s', async (role) => {
    const who = people();
    const viewer = aViewer(role, { companyId: who.hr.companyId });
    const input = anInput(who);
    const answer = world.graph(viewer, 'mutation ($input: CreateRoundInput!) { createRound(input: $input) { id } }', {
      input,
    });
    expect(await codeOf(answer)).toEqual({ code: 'ACCESS_DENIED' });
  });
});

describe('joining', () => {
  it('of both at the same moment starts the round once', async () => {
    const who = people();
    const { id } = await create(who);
    const joins = [who.candidate, who.interviewer, who.candidate, who.interviewer];
    const states = await Promise.all(joins.map((viewer) => move(viewer, 'joinRound', id)));
    const started = states.filter((round) => round.status === 'IN_PROGRESS').map((round) => round.startedAt);
    expect(started.length).toBeGreaterThan(0);
    expect(new Set(started).size).toBe(1);
  });

  it('is refused once the round has ended', async () => {
    const who = people();
    const { id } = await inProgress(who);
    await ask(who.interviewer, UPDATE, { id, input: { status: 'COMPLETED' } });
    const answer = world.graph(who.candidate, 'mutation ($id: ID!) { joinRound(id: $id) { id } }', { id });
    expect(await codeOf(answer)).toMatchObject({ code: 'VALIDATION_FAILED' });
  });
});

describe('updating', () => {
  it('names both states of a move that there is not', async () => {
    const who = people();
    const { id } = await create(who);
    const answer = world.graph(who.hr, UPDATE, { id, input: { status: 'COMPLETED' } });
    expect(await codeOf(answer)).toEqual({
      code: 'VALIDATION_FAILED',
      details: [{ path: 'input.status', message: 'a round that is SCHEDULED cannot become COMPLETED' }],
    });
  });

  it('lets only HR and ADMIN assign an interviewer', async () => {
    const who = people();
    const { id } = await create(who);
    const input = { externalInterviewerId: 'somebody-else' };
    expect(await codeOf(world.graph(who.interviewer, UPDATE, { id, input }))).toEqual({ code: 'ACCESS_DENIED' });
    await ask(who.hr, UPDATE, { id, input });
    expect(await codeOf(world.graph(who.interviewer, `{ round(id: "${id}") { id } }`))).toEqual({
      code: 'ACCESS_DENIED',
    });
  });
});

describe('reading', () => {
  it('tells nobody of another company that the round exists', async () => {
    const who = people();
    const { id } = await create(who);
    const stranger = aViewer('ADMIN');
    expect(await world.graph(stranger, `{ round(id: "${id}") { id } }`)).toEqual({ data: { round: null } });
    const entities = 'query ($r: [_Any!]!) { _entities(representations: $r) { ... on Round { id } } }';
    const r = [{ __typename: 'Round', id }];
    expect(await world.graph(stranger, entities, { r })).toEqual({ data: { _entities: [null] } });
    expect(await codeOf(world.graph(stranger, UPDATE, { id, input: { status: 'CANCELLED' } }))).toEqual({
      code: 'NOT_FOUND',
    });
  });

  it('takes a malformed id for an unknown one', async () => {
    const { hr } = people();
    expect(await world.graph(hr, '{ round(id: "no-uuid") { id } }')).toEqual({ data: { round: null } });
  });

  it('lists what is the viewer’s, newest scheduled first, page by page, undisturbed by new rows', async () => {
    const who = people();
    const at = (day: number) => ({ scheduledAt: `2026-12-0${day}T10:00:00Z` });
    const ids: string[] = [];
    for (const more of [at(1), at(2), at(3), {}]) ids.unshift((await create(who, more)).id);
    // Without a date comes last.
    const expected = [...ids.slice(1), ids[0]];
    const LIST =
      'query ($after: String) { rounds(first: 2, after: $after) { nodes { id } totalCount pageInfo { hasNextPage endCursor } } }';
    interface Page {
      nodes: { id: string }[];
      totalCount: number;
      pageInfo: { hasNextPage: boolean; endCursor: string };
    }
    const first = await ask<Page>(who.candidate, LIST);
    await create(who, at(4));
    const second = await ask<Page>(who.candidate, LIST, { after: first.pageInfo.endCursor });
    expect([...first.nodes, ...second.nodes].map((node) => node.id)).toEqual(expected);
    expect(first).toMatchObject({ totalCount: 4, pageInfo: { hasNextPage: true } });
    expect(second.pageInfo.hasNextPage).toBe(false);
    const other = await ask<Page>(aViewer('EMPLOYEE', { companyId: who.hr.companyId }), LIST);
    expect(other).toMatchObject({ nodes: [], totalCount: 0 });
  });

  it('takes an empty text in a filter for a text, not for no filter', async () => {
    const who = people();
    await create(who);
    for (const name of ['externalInterviewId', 'externalCandidateId', 'externalInterviewerId', 'externalJobRoleId']) {
      expect(await ask(who.hr, `{ rounds(filter: { ${name}: "" }) { totalCount } }`)).toEqual({ totalCount: 0 });
    }
  });

  it('refuses page sizes and cursors that are none', async () => {
    const { hr } = people();
    expect(await codeOf(world.graph(hr, '{ rounds(first: 501, after: "x") { nodes { id } } }'))).toMatchObject({
      code: 'VALIDATION_FAILED',
      details: [{ path: 'first' }, { path: 'after' }],
    });
  });
});

describe('what Redis is told', () => {
  async function stateWhen(
    id: string,
    test: (state: RoundState) => boolean,
    act: () => Promise<unknown>,
  ): Promise<RoundState> {
    let stop = () => {};
    const seen = new Promise<RoundState>((resolve) => {
      void world.foundation.topics
        .listen(channels.roundChanged, {
          onMessage: (message) => {
            const state = RoundState.parse(message);
            if (state.id === id && test(state)) resolve(state);
          },
          onDoubt: () => undefined,
        })
        .then(async (stopListening) => {
          stop = stopListening;
          await act();
        });
    });
    const state = await seen;
    stop();
    return state;
  }
  it('is each change, and whether the round is analysed', async () => {
    const who = people();
    const { id } = await inProgress(who);
    const { redis } = world.foundation;
    const given = await stateWhen(
      id,
      (s) => s.consentGiven,
      () => ask(who.candidate, CONSENT, { roundId: id, consent: true }),
    );
    expect(given).toMatchObject({ status: 'IN_PROGRESS', candidateId: who.candidate.id, companyId: who.hr.companyId });
    expect(await redis.sismember(keys.analysedRounds, id)).toBe(1);
    const withdrawn = await stateWhen(
      id,
      (s) => !s.consentGiven,
      () => ask(who.candidate, CONSENT, { roundId: id, consent: false }),
    );
    expect(withdrawn.version).toBeGreaterThan(given.version);
    expect(await redis.sismember(keys.analysedRounds, id)).toBe(0);
    expect(JSON.parse((await redis.get(keys.round(id))) ?? '')).toEqual(withdrawn);
    expect(withdrawn.endedAtMs).toBeNull();
    const ended = await stateWhen(
      id,
      (s) => s.status === 'COMPLETED',
      () => ask(who.hr, UPDATE, { id, input: { status: 'COMPLETED' } }),
    );
    expect(ended.endedAtMs).toBeGreaterThanOrEqual(Number(ended.startedAtMs));
  });

  it('is told before the client is answered', async () => {
    const who = people();
    const { id } = await inProgress(who);
    await ask(who.candidate, CONSENT, { roundId: id, consent: true });
    const state = await world.foundation.redis.get(keys.round(id));
    expect(JSON.parse(state ?? '')).toMatchObject({ status: 'IN_PROGRESS', consentGiven: true });
  });

  it('brings the questions, which only the assigned interviewer marks in a round in progress', async () => {
    const who = people();
    const { id } = await inProgress(who);
    const MARK =
      'mutation ($roundId: ID!) { markQuestion(roundId: $roundId, text: "Why PostgreSQL?", askedAt: "2026-12-01T10:00:00Z") { id text } }';
    const state = await stateWhen(
      id,
      (s) => s.questions.length > 0,
      () => ask(who.interviewer, MARK, { roundId: id }),
    );
    expect(state.questions).toEqual([
      { id: expect.any(String), text: 'Why PostgreSQL?', askedAtMs: Date.parse('2026-12-01T10:00:00Z') },
    ]);
    for (const viewer of [who.candidate, who.hr]) {
      expect(await codeOf(world.graph(viewer, MARK, { roundId: id }))).toEqual({ code: 'ACCESS_DENIED' });
    }
    await ask(who.hr, UPDATE, { id, input: { status: 'COMPLETED' } });
    expect(await codeOf(world.graph(who.interviewer, MARK, { roundId: id }))).toMatchObject({
      code: 'VALIDATION_FAILED',
    });
  });
});

describe('the live round', () => {
  it('gives the present state first and then each change, to the candidate too', async () => {
    const who = people();
    const { id } = await create(who);
    const feed = world.subscribe(who.candidate, 'subscription ($id: ID!) { roundUpdated(roundId: $id) { status } }', {
      id,
    });
    const status = async () => ((await feed.next()).value as GraphAnswer).data?.['roundUpdated'];
    expect(await status()).toEqual({ status: 'SCHEDULED' });
    await move(who.candidate, 'joinRound', id);
    expect(await status()).toEqual({ status: 'WAITING_FOR_INTERVIEWER' });
    await move(who.interviewer, 'joinRound', id);
    expect(await status()).toEqual({ status: 'IN_PROGRESS' });
    await feed.return?.();
  });
});
