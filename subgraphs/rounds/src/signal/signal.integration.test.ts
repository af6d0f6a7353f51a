/** Signals between the two people of a round, and nobody else. */
import { randomUUID } from 'node:crypto';
import { createLog } from '@interview/runtime/log';
import type { Viewer } from '@interview/runtime/viewer';
import { channels } from '@interview/schema/keys';
import { requestContext } from '@interview/subgraph-kit/context';
import {
  aViewer,
  type GraphAnswer,
  openSubgraphWorld,
  type SubgraphWorld,
} from '@interview/subgraph-kit/testing/subgraph-world';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { roundsDatabase } from '../database.js';
import { openRounds } from '../graph.js';
import { codeOf, interviewsIn, type People, people, UPDATE } from '../testing/interviews.js';
import { createSignalService } from './signal.service.js';

let world: SubgraphWorld;
/** Called as soon as a feed of signals listens, the first that waits first. */
const whenListening: (() => void)[] = [];
beforeAll(async () => {
  world = await openSubgraphWorld({
    database: roundsDatabase,
    open: (foundation) =>
      openRounds({
        ...foundation,
        topics: {
          ...foundation.topics,
          async listen(topic, listener) {
            const stop = await foundation.topics.listen(topic, listener);
            if (topic.startsWith(channels.signal(''))) whenListening.shift()?.();
            return stop;
          },
        },
      }),
  });
});
afterAll(() => world.close());
const { ask, create, inProgress } = interviewsIn(() => world);

const SEND = 'mutation ($roundId: ID!, $payload: JSON!) { sendSignal(roundId: $roundId, payload: $payload) }';
const RECEIVE = 'subscription ($roundId: ID!) { signalReceived(roundId: $roundId) { from payload } }';

const send = (viewer: Viewer, roundId: string, payload: unknown) => ask<boolean>(viewer, SEND, { roundId, payload });
const sendRefused = (viewer: Viewer, roundId: string, payload: unknown = {}) =>
  codeOf(world.graph(viewer, SEND, { roundId, payload }));

/** A feed that is open: what is sent from now on is in it. */
async function listen(viewer: Viewer, roundId: string) {
  const open = Promise.withResolvers<void>();
  whenListening.push(open.resolve);
  const feed = world.subscribe(viewer, RECEIVE, { roundId });
  let pending: Promise<IteratorResult<GraphAnswer>> | undefined = feed.next();
  const next = () => {
    const result = pending ?? feed.next();
    pending = undefined;
    return result;
  };
  await Promise.race([open.promise, pending]);
  return {
    next: async () => ((await next()).value as GraphAnswer).data?.['signalReceived'],
    end: next,
    leave: () => feed.return?.(),
  };
}
/** What graphql-ws throws for a feed that is refused or ended with an error. */
const endedWith = (code: string) => [expect.objectContaining({ extensions: expect.objectContaining({ code }) })];

describe('signals', () => {
  it('reach the other person, in order, and never their sender', async () => {
    const who = people();
    const { id } = await inProgress(who);
    const [candidate, interviewer] = [await listen(who.candidate, id), await listen(who.interviewer, id)];
    const sent = Array.from({ length: 20 }, (_, step) => ({ step, sdp: 'v=0' }));
    for (const payload of sent) expect(await send(who.interviewer, id, payload)).toBe(true);
    for (const payload of sent) expect(await candidate.next()).toEqual({ from: who.interviewer.id, payload });
    await send(who.candidate, id, { step: 'answer' });
    // The first that the interviewer hears: none of their own came before.
    expect(await interviewer.next()).toEqual({ from: who.candidate.id, payload: { step: 'answer' } });
    await Promise.all([candidate.leave(), interviewer.leave()]);
  });

  it('pass between two people who go by the same id', async () => {
    const who = people();
    const candidate = { ...who.candidate, id: who.interviewer.id };
    const { id } = await create({ ...who, candidate });
    const feed = await listen(candidate, id);
    await send(candidate, id, 'own');
    await send(who.interviewer, id, 'theirs');
    expect(await feed.next()).toEqual({ from: who.interviewer.id, payload: 'theirs' });
    await feed.leave();
  });

  it('stay in their round', async () => {
    const who = people();
    const [one, other] = [await create(who), await create(who)];
    const feed = await listen(who.candidate, one.id);
    await send(who.interviewer, other.id, 'there');
    await send(who.interviewer, one.id, 'here');
    expect(await feed.next()).toMatchObject({ payload: 'here' });
    await feed.leave();
  });

  it('are not there for one who comes later, and in no key of Redis', async () => {
    const who = people();
    const { id } = await inProgress(who);
    const secret = `early-${randomUUID()}`;
    await send(who.interviewer, id, secret);
    const { redis } = world.foundation;
    const held = await Promise.all(
      (await redis.keys(`*${id}*`)).map(async (key) => ((await redis.type(key)) === 'string' ? redis.get(key) : key)),
    );
    expect(held.length).toBeGreaterThan(0);
    expect(held.join()).not.toContain(secret);
    const feed = await listen(who.candidate, id);
    await send(who.interviewer, id, 'late');
    expect(await feed.next()).toMatchObject({ payload: 'late' });
    await feed.leave();
  });

  it('need no listener', async () => {
    const who = people();
    const { id } = await create(who);
    expect(await send(who.candidate, id, { kind: 'hello' })).toBe(true);
  });
});

describe('neither sends nor hears signals', () => {
  const others: [string, string, (who: People) => Viewer][] = [
    ['HR', 'ACCESS_DENIED', (who) => who.hr],
    ['an ADMIN', 'ACCESS_DENIED', (who) => aViewer('ADMIN', { companyId: who.hr.companyId })],
    ['another candidate', 'ACCESS_DENIED', (who) => aViewer('CANDIDATE', { companyId: who.hr.companyId })],
    ['another interviewer', 'ACCESS_DENIED', (who) => aViewer('EMPLOYEE', { companyId: who.hr.companyId })],
    [
      'an interviewer with the candidate’s id',
      'ACCESS_DENIED',
      (who) => aViewer('EMPLOYEE', { companyId: who.hr.companyId, id: who.candidate.id }),
    ],
    ['a namesake of another company', 'NOT_FOUND', (who) => aViewer('CANDIDATE', { id: who.candidate.id })],
  ];
  it.each(others)('%s', async (_who, code, viewerOf) => {
    const who = people();
    const { id } = await inProgress(who);
    const viewer = viewerOf(who);
    expect(await sendRefused(viewer, id)).toEqual({ code });
    const feed = world.subscribe(viewer, RECEIVE, { roundId: id });
    await expect(feed.next()).rejects.toEqual(endedWith(code));
  });

  it('anybody of a round that is unknown or has ended', async () => {
    const who = people();
    expect(await sendRefused(who.candidate, 'no-uuid')).toEqual({ code: 'NOT_FOUND' });
    const { id } = await inProgress(who);
    await ask(who.hr, UPDATE, { id, input: { status: 'COMPLETED' } });
    const details = [{ path: 'roundId', message: 'the round is COMPLETED: there is no call any more' }];
    expect(await sendRefused(who.candidate, id)).toEqual({ code: 'VALIDATION_FAILED', details });
    const feed = world.subscribe(who.interviewer, RECEIVE, { roundId: id });
    await expect(feed.next()).rejects.toEqual(endedWith('VALIDATION_FAILED'));
  });
});

describe('an open feed', () => {
  it('ends for an interviewer who was replaced, and is the new one’s', async () => {
    const who = people();
    const { id } = await inProgress(who);
    const feed = await listen(who.interviewer, id);
    const next = aViewer('EMPLOYEE', { companyId: who.hr.companyId });
    await ask(who.hr, UPDATE, { id, input: { externalInterviewerId: next.id } });
    const began = performance.now();
    await expect(feed.end()).rejects.toEqual(endedWith('ACCESS_DENIED'));
    expect(performance.now() - began).toBeLessThan(5000);
    const theirs = await listen(next, id);
    await send(who.candidate, id, 'to the new one');
    expect(await theirs.next()).toMatchObject({ payload: 'to the new one' });
    await theirs.leave();
  });

  it('completes when the round has ended', async () => {
    const who = people();
    const { id } = await inProgress(who);
    const feed = await listen(who.candidate, id);
    await ask(who.hr, UPDATE, { id, input: { status: 'CANCELLED' } });
    expect(await feed.end()).toMatchObject({ done: true });
  });
});

describe('a payload', () => {
  const refusal = async (payload: unknown) => {
    const who = people();
    const { id } = await create(who);
    return (await sendRefused(who.candidate, id, payload)) as { code: string; details: { message: string }[] };
  };

  it('may have 64 KiB of JSON and not a byte more', async () => {
    const who = people();
    const { id } = await create(who);
    // Two bytes are the quotes.
    await send(who.candidate, id, 'x'.repeat(64 * 1024 - 2));
    expect(await refusal('x'.repeat(64 * 1024 - 1))).toEqual({
      code: 'VALIDATION_FAILED',
      details: [{ path: 'payload', message: 'must be at most 65536 bytes of JSON, and has 65537' }],
    });
    // Counted in bytes, not in characters.
    expect(await refusal('ü'.repeat(33_000))).toMatchObject({ code: 'VALIDATION_FAILED' });
  });

  it('may not be nested without end', async () => {
    const nested = (levels: number): unknown => JSON.parse('['.repeat(levels) + ']'.repeat(levels));
    const who = people();
    const { id } = await create(who);
    await send(who.candidate, id, nested(32));
    expect(await refusal(nested(34))).toMatchObject({ code: 'VALIDATION_FAILED' });
    expect(await refusal(nested(3000))).toMatchObject({ code: 'VALIDATION_FAILED' });
  });

  it('may not be null', async () => expect(await refusal(null)).toMatchObject({ code: 'VALIDATION_FAILED' }));
});

describe('sending', () => {
  const log = createLog('test', 'silent');
  const contextOf = (viewer: Viewer) => requestContext(world.foundation.orm, viewer);

  it('is bounded to fifty a second for each person, across replicas', async () => {
    const who = people();
    const { id } = await create(who);
    let at = Date.now();
    const { redis, topics } = world.foundation;
    const replicas = [1, 2].map(() => createSignalService({ redis, topics, log, now: () => at }));
    const sendOne = (viewer: Viewer, i = 0) => replicas[i % 2]?.send(contextOf(viewer), id, { i });
    for (let i = 0; i < 50; i++) expect(await sendOne(who.candidate, i)).toBe(true);
    await expect(sendOne(who.candidate)).rejects.toMatchObject({ code: 'RATE_LIMITED' });
    expect(await sendOne(who.interviewer)).toBe(true);
    at += 1000;
    expect(await sendOne(who.candidate)).toBe(true);
  });

  it('is refused as unavailable while Redis is away', async () => {
    const who = people();
    const { id } = await create(who);
    const away = world.foundation.redis.duplicate({ lazyConnect: true });
    away.disconnect();
    const service = createSignalService({ redis: away, topics: world.foundation.topics, log });
    await expect(service.send(contextOf(who.candidate), id, {})).rejects.toMatchObject({ code: 'SERVICE_UNAVAILABLE' });
  });
});
