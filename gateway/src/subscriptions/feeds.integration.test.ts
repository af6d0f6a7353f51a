import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { FeedClient } from '../testing/feed-client.js';
import { createInterviewWorld, type InterviewWorld } from '../testing/interview-world.js';
import { startTestGateway, type TestGateway, tokenFor } from '../testing/test-gateway.js';

const FEED = `subscription ($roundId: ID!, $after: String) {
  insightAdded(roundId: $roundId, after: $after) { id round { status aggregate resume { fileName } } }
}`;

describe('a federated feed', () => {
  let world: InterviewWorld;
  let gateway: TestGateway;
  let client: FeedClient;
  let rounds = 0;

  beforeAll(async () => {
    world = createInterviewWorld();
    await world.start();
    gateway = await startTestGateway(world);
  });
  afterEach(async () => {
    client.close();
    await world.insights.until(() => world.insights.open === 0);
  });
  afterAll(async () => {
    await gateway.stop();
    await world.stop();
  });

  /** A client with a feed of a fresh round that the subgraph has opened. */
  async function openFeed(query = FEED, variables: Record<string, unknown> = {}, roundId = `round-${++rounds}`) {
    client = await FeedClient.open(gateway.url, await tokenFor());
    client.subscribe('feed', query, { roundId, ...variables });
    await world.insights.until(() => world.insights.open === 1);
    return roundId;
  }

  type Received = { insightAdded: { id: string } };
  const idsReceived = () => client.results('feed').map((r) => (r.data as unknown as Received).insightAdded.id);
  const idsLogged = (roundId: string) => world.log.insights.filter((i) => i.roundId === roundId).map((i) => i.id);
  const received = (count: number) => client.until(() => client.results('feed').length >= count);

  it('completes each event with fields of the other subgraphs, and hands on nothing that was not asked for', async () => {
    const roundId = await openFeed();
    const { id } = world.log.append(roundId);
    await received(1);
    expect(client.results('feed')).toEqual([
      {
        data: {
          insightAdded: {
            id,
            round: {
              status: `status of ${roundId}`,
              aggregate: `aggregate of ${roundId}`,
              resume: { fileName: `${roundId}.pdf` },
            },
          },
        },
      },
    ]);
  });

  it('asks the other subgraphs as the viewer', async () => {
    const roundId = await openFeed();
    world.log.append(roundId);
    await received(1);
    expect(world.resumes.asked.at(-1)?.viewer).toMatchObject({ id: 'helen', companyId: 'acme' });
  });

  it('keeps aliases, fragments and arguments', async () => {
    const roundId = await openFeed(`
      subscription Live($roundId: ID!, $unit: String = "dB") { ...Root }
      fragment Root on Subscription { live: insightAdded(roundId: $roundId) { ...Fields __typename } }
      fragment Fields on Insight { key: id loud: measure(unit: $unit) }
    `);
    const { id } = world.log.append(roundId);
    await received(1);
    expect(client.results('feed')[0]).toEqual({
      data: { live: { key: id, loud: 'measured in dB', __typename: 'Insight' } },
    });
  });

  it('replays from `after`, then goes on live, with no gap and no repeat', async () => {
    const roundId = `round-${++rounds}`;
    const first = world.log.append(roundId);
    world.log.append(roundId);
    world.log.append(roundId);
    await openFeed(FEED, { after: String(first.sequence) }, roundId);
    await received(2);
    world.log.append(roundId);
    await received(3);
    expect(idsReceived()).toEqual(idsLogged(roundId).slice(1));
  });

  it('takes `after` as a literal and as a default, too', async () => {
    const roundId = `round-${++rounds}`;
    const first = world.log.append(roundId);
    world.log.append(roundId);
    await openFeed(
      `subscription ($roundId: ID!) { insightAdded(roundId: $roundId, after: "${first.sequence}") { id } }`,
      {},
      roundId,
    );
    await received(1);
    client.close();
    await world.insights.until(() => world.insights.open === 0);
    await openFeed(
      `subscription ($roundId: ID!, $a: String = "${first.sequence}") { insightAdded(roundId: $roundId, after: $a) { id } }`,
      {},
      roundId,
    );
    await received(1);
    expect(idsReceived()).toEqual(idsLogged(roundId).slice(1));
  });

  it('keeps the order of events while a subgraph is slow, and asks it once for those that wait', async () => {
    const roundId = await openFeed();
    client.subscribe('light', 'subscription ($roundId: ID!) { insightAdded(roundId: $roundId) { id } }', { roundId });
    await world.insights.until(() => world.insights.open === 2);
    const before = world.resumes.asked.length;
    const held = Promise.withResolvers<void>();
    world.resumes.beforeAnswer = () => held.promise;
    for (let i = 0; i < 10; i++) world.log.append(roundId);
    // It needs no other subgraph, and shows that the events have come.
    await client.until(() => client.results('light').length === 10);
    expect(client.results('feed')).toEqual([]);
    held.resolve();
    await received(10);
    world.resumes.beforeAnswer = async () => undefined;
    expect(idsReceived()).toEqual(idsLogged(roundId));
    expect(client.results('feed').every((r) => r.errors === undefined)).toBe(true);
    expect(world.resumes.asked.length - before).toBeLessThanOrEqual(3);
  });

  it('hands an event on, with an error, when a subgraph that completes it is down', async () => {
    const roundId = await openFeed();
    await world.resumes.kill();
    world.log.append(roundId);
    await received(1);
    await world.resumes.start();
    expect(client.results('feed')[0]).toMatchObject({
      data: { insightAdded: { round: { status: `status of ${roundId}`, resume: null } } },
      errors: [{ path: ['insightAdded', 'round', 'resume'], extensions: { code: 'SERVICE_UNAVAILABLE' } }],
    });
  });

  it('ends upstream at once when the client completes it', async () => {
    await openFeed();
    client.send({ type: 'complete', id: 'feed' });
    await world.insights.until(() => world.insights.open === 0);
    expect(client.messages.some((m) => m.type === 'complete')).toBe(false);
  });

  it('is completed when the subgraph completes it', async () => {
    client = await FeedClient.open(gateway.url, await tokenFor());
    client.subscribe('feed', 'subscription { roundUpdated(roundId: "r9") { id resume { fileName } } }');
    await client.message('complete', 'feed');
    expect(client.results('feed')).toEqual([{ data: { roundUpdated: { id: 'r9', resume: { fileName: 'r9.pdf' } } } }]);
  });

  it.each([
    ['denied', undefined, 'ACCESS_DENIED', 'Not your round.'],
    ['r1', 'gone', 'CURSOR_EXPIRED', 'Start anew.'],
  ])('that is refused (%s) ends with an error for itself only', async (roundId, after, code, message) => {
    client = await FeedClient.open(gateway.url, await tokenFor());
    client.subscribe('other', FEED, { roundId: 'quiet' });
    client.subscribe('feed', FEED, { roundId, after });
    const { payload } = await client.message('error', 'feed');
    expect(payload).toEqual([{ message, path: ['insightAdded'], extensions: { code } }]);
    world.log.append('quiet');
    await client.message('next', 'other');
  });

  describe('when its subgraph is killed and comes back', () => {
    it('loses and repeats nothing', async () => {
      const roundId = await openFeed();
      for (let kill = 1; kill <= 5; kill++) {
        for (let i = 0; i < 20; i++) world.log.append(roundId);
        // Cut off in the middle of handing on.
        await received(client.results('feed').length + 1);
        await world.insights.kill();
        await world.insights.until(() => world.insights.open === 0);
        for (let i = 0; i < 5; i++) world.log.append(roundId);
        await world.insights.start();
        await world.insights.until(() => world.insights.open === 1);
      }
      await received(idsLogged(roundId).length);
      expect(idsReceived()).toEqual(idsLogged(roundId));
      expect(client.messages.every((m) => ['connection_ack', 'next'].includes(m.type))).toBe(true);
    });

    it('loses nothing that came before its first event', async () => {
      const roundId = await openFeed(FEED);
      // A second feed shows, by its event, that the position of the first has arrived on the shared connection.
      client.subscribe('witness', FEED, { roundId: 'witness', after: '0' });
      world.log.append('witness');
      await client.message('next', 'witness');
      await world.insights.kill();
      await world.insights.until(() => world.insights.open === 0);
      world.log.append(roundId);
      world.log.append(roundId);
      await world.insights.start();
      await received(2);
      expect(idsReceived()).toEqual(idsLogged(roundId));
      expect(JSON.stringify(client.messages)).not.toContain('cursor');
    });
  });

  it('shares one upstream connection with all other feeds', async () => {
    client = await FeedClient.open(gateway.url, await tokenFor());
    for (let i = 0; i < 20; i++) client.subscribe(`f${i}`, FEED, { roundId: `shared-${i}` });
    await world.insights.until(() => world.insights.open === 20);
    expect(world.insights.connections).toBe(1);
  });

  it.each([
    ['{ viewer { id } }', 'VALIDATION_FAILED', 'POST /graphql'],
    ['mutation { joinRound(id: "r1") { id } }', 'VALIDATION_FAILED', 'POST /graphql'],
    ['subscription { insightAdded(', 'GRAPHQL_PARSE_FAILED', 'Syntax Error'],
    ['subscription { insightAdded(roundId: "r") { nothing } }', 'GRAPHQL_VALIDATION_FAILED', 'nothing'],
    [
      'subscription { a: insightAdded(roundId: "r") { id } b: roundUpdated(roundId: "r") { id } }',
      'GRAPHQL_VALIDATION_FAILED',
      'one top level field',
    ],
    [
      'subscription ($x: Boolean!) { insightAdded(roundId: "r") @include(if: $x) { id } }',
      'GRAPHQL_VALIDATION_FAILED',
      '@include',
    ],
    [
      'subscription { ...R } fragment R on Subscription { ... @skip(if: true) { insightAdded(roundId: "r") { id } } }',
      'GRAPHQL_VALIDATION_FAILED',
      '@skip',
    ],
    [
      'subscription { insightAdded(roundId: "r") { id ... @defer { round { id } } } }',
      'GRAPHQL_VALIDATION_FAILED',
      '@defer',
    ],
  ])('is refused for %s', async (query, code, words) => {
    client = await FeedClient.open(gateway.url, await tokenFor());
    client.subscribe('feed', query, { x: true });
    const { payload } = await client.message('error', 'feed');
    expect(payload).toMatchObject([{ message: expect.stringContaining(words), extensions: { code } }]);
  });

  it('names the variables that do not coerce', async () => {
    client = await FeedClient.open(gateway.url, await tokenFor());
    client.subscribe('feed', FEED, { after: 5 });
    const { payload } = await client.message('error', 'feed');
    expect(payload).toMatchObject([
      { extensions: { code: 'VALIDATION_FAILED', details: [{ path: 'roundId' }] } },
      { extensions: { code: 'VALIDATION_FAILED', details: [{ path: 'after' }] } },
    ]);
  });
});
