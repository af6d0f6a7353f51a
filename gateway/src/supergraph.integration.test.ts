import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { FeedClient } from './testing/feed-client.js';
import { createInterviewWorld, type InterviewWorld } from './testing/interview-world.js';
import { type SupergraphName, supergraphOfTests } from './testing/supergraphs.js';
import { askGraph, startTestGateway, type TestGateway, tokenFor } from './testing/test-gateway.js';

const FEED = `subscription ($roundId: ID!) {
  insightAdded(roundId: $roundId) { id round { status resume { fileName } } }
}`;
const MEASURED = 'subscription ($roundId: ID!) { insightAdded(roundId: $roundId) { id measure } }';
const ROUND = 'subscription ($roundId: ID!) { roundUpdated(roundId: $roundId) { id status resume { fileName } } }';
const ROUNDS = '{ rounds { id status resume { fileName } aggregate } }';

describe('a supergraph that comes while the gateway runs', () => {
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
    world.resumes.beforeAnswer = async () => undefined;
    client?.close();
    await world.insights.until(() => world.insights.open === 0);
    await take('asItIs');
  });
  afterAll(async () => {
    await gateway.stop();
    await world.stop();
  });

  const offer = (supergraph: SupergraphName) =>
    gateway.offerSupergraph(supergraph === 'asItIs' ? world.supergraphSdl : supergraphOfTests(supergraph));
  async function take(supergraph: SupergraphName): Promise<void> {
    expect(await offer(supergraph)).not.toBe('refused');
  }
  async function metric(name: string): Promise<string[]> {
    const text = await (await fetch(`${gateway.url}/metrics`)).text();
    return text.split('\n').filter((line) => line.startsWith(name));
  }

  async function openFeed(query = FEED): Promise<string> {
    const roundId = `round-${++rounds}`;
    client = await FeedClient.open(gateway.url, await tokenFor());
    client.subscribe('feed', query, { roundId });
    await world.insights.until(() => world.insights.open === 1);
    return roundId;
  }
  type Received = { insightAdded: { id: string } };
  const idsReceived = () => client.results('feed').map((r) => (r.data as unknown as Received).insightAdded.id);
  const idsLogged = (roundId: string) => world.log.insights.filter((i) => i.roundId === roundId).map((i) => i.id);
  const received = (count: number) => client.until(() => client.results('feed').length >= count);

  it('brings a field, for queries and for feeds', async () => {
    await take('withoutMeasure');
    const { id } = world.log.append('measured');
    const query = `{ insight(id: "${id}") { measure } }`;
    expect((await askGraph(gateway, query)).body.errors).toMatchObject([
      { extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } },
    ]);
    client = await FeedClient.open(gateway.url, await tokenFor());
    client.subscribe('early', MEASURED, { roundId: 'measured' });
    await client.message('error', 'early');

    await take('asItIs');
    expect((await askGraph(gateway, query)).body).toEqual({ data: { insight: { measure: 'measured in undefined' } } });
    client.subscribe('feed', MEASURED, { roundId: 'measured' });
    await world.insights.until(() => world.insights.open === 1);
    world.log.append('measured');
    await received(1);
    expect(client.results('feed')[0]?.errors).toBeUndefined();
  });

  it('leaves a feed that it serves without gap or repeat, however it is read', async () => {
    const roundId = await openFeed();
    const held = Promise.withResolvers<void>();
    for (const supergraph of ['grown', 'retyped', 'perViewer', 'statusOptional', 'retyped', 'asItIs'] as const) {
      for (let i = 0; i < 20; i++) world.log.append(roundId);
      // In the middle of it: some were handed on, some are being completed, some are on their way.
      await received(client.results('feed').length + 1);
      if (supergraph === 'retyped') world.resumes.beforeAnswer = () => held.promise;
      await take(supergraph);
      for (let i = 0; i < 5; i++) world.log.append(roundId);
      world.resumes.beforeAnswer = async () => undefined;
      held.resolve();
    }
    await received(idsLogged(roundId).length);
    expect(idsReceived()).toEqual(idsLogged(roundId));
    expect(client.messages.every(({ type }) => ['connection_ack', 'next'].includes(type))).toBe(true);
    expect(client.results('feed').every(({ errors }) => errors === undefined)).toBe(true);
  });

  it('keeps a feed whose subgraph does not serve the new supergraph yet', async () => {
    const roundId = await openFeed();
    world.log.append(roundId);
    await received(1);
    const opened = world.insights.opened.length;
    await take('statusMoved');
    // It asked for what the subgraph does not have, and asks again.
    await world.insights.until(() => world.insights.opened.length >= opened + 2);
    world.log.append(roundId);
    await take('asItIs');
    await received(2);
    expect(idsReceived()).toEqual(idsLogged(roundId));
  });

  it('does not tell a state again that has not changed', async () => {
    world.news.change('told', 'IN_PROGRESS', true);
    client = await FeedClient.open(gateway.url, await tokenFor());
    client.subscribe('feed', ROUND, { roundId: 'told' });
    await received(1);
    await take('statusOptional');
    // Who comes now is told what those who were there know.
    client.subscribe('late', ROUND, { roundId: 'told' });
    await client.message('next', 'late');
    expect(client.results('feed')).toHaveLength(1);
    world.news.change('told', 'COMPLETED', true);
    await client.until(() => JSON.stringify(client.results('feed').at(-1)).includes('COMPLETED'));
    expect(world.rounds.opened.filter(({ variables }) => variables['roundId'] === 'told')).toHaveLength(2);
    const told = client
      .results('feed')
      .map(({ data }) => (data as { roundUpdated: { status: string } }).roundUpdated.status);
    expect(told).toEqual(['IN_PROGRESS', 'COMPLETED']);
  });

  it('ends a feed whose field has gone, and says why', async () => {
    const roundId = await openFeed();
    client.subscribe('measured', MEASURED, { roundId });
    await world.insights.until(() => world.insights.open === 2);
    await take('withoutMeasure');
    expect((await client.message('error', 'measured')).payload).toMatchObject([
      {
        message: 'Cannot query field "measure" on type "Insight".',
        extensions: { code: 'GRAPHQL_VALIDATION_FAILED' },
      },
    ]);
    await world.insights.until(() => world.insights.open === 1);
    world.log.append(roundId);
    await received(1);
  });

  it.each<[what: string, sdl: () => string]>([
    ['that is not GraphQL', () => 'type Query {'],
    ['that is no supergraph', () => 'type Query { a: Int }'],
    ['with a subgraph that has no address', () => supergraphOfTests('elsewhere')],
    ['with feeds that contradict their directives', () => supergraphOfTests('withoutCursor')],
    ['without the feeds that Socket.IO needs', () => supergraphOfTests('withoutExplanation')],
  ])('changes nothing when it is one %s', async (_, sdl) => {
    const roundId = await openFeed();
    const opened = world.insights.opened.length;
    const present = await metric('gateway_supergraph_info');
    const [refusals = ''] = await metric('gateway_supergraph_reloads_total{outcome="refused"');
    expect(await gateway.offerSupergraph(sdl())).toBe('refused');
    expect(await metric('gateway_supergraph_info')).toEqual(present);
    const [after = ''] = await metric('gateway_supergraph_reloads_total{outcome="refused"');
    expect(Number(after.split(' ').at(-1))).toBe(Number(refusals.split(' ').at(-1)) + 1);
    expect((await askGraph(gateway, ROUNDS)).body.errors).toBeUndefined();
    world.log.append(roundId);
    await received(1);
    expect(world.insights.opened).toHaveLength(opened);
  });

  it('lets a query end on the graph on which it was validated', async () => {
    const { id } = world.log.append('measured');
    const asked = Promise.withResolvers<void>();
    const held = Promise.withResolvers<void>();
    world.insights.beforeAnswer = (query) => {
      if (!query.includes('aggregate')) return Promise.resolve();
      asked.resolve();
      return held.promise;
    };
    // Fetches of several subgraphs, one after the other, of which the last reads what has gone by then.
    const answer = askGraph(gateway, `{ rounds { aggregate resume { fileName } } insight(id: "${id}") { measure } }`);
    await asked.promise;
    await take('withoutMeasure');
    held.resolve();
    world.insights.beforeAnswer = async () => undefined;
    expect((await answer).body.errors).toBeUndefined();
    expect((await answer).body.data).toMatchObject({ insight: { measure: 'measured in undefined' } });
  });

  it('fails no query while one after the other is taken', async () => {
    let over = false;
    const answers: unknown[] = [];
    const asking = Array.from({ length: 8 }, async () => {
      while (!over) answers.push((await askGraph(gateway, ROUNDS)).body);
    });
    try {
      for (const supergraph of [
        'grown',
        'retyped',
        'statusOptional',
        'perViewer',
        'asItIs',
        'withoutMeasure',
      ] as const) {
        await take(supergraph);
        expect((await askGraph(gateway, ROUNDS)).body.errors).toBeUndefined();
      }
    } finally {
      over = true;
      await Promise.all(asking);
    }
    expect(new Set(answers.map((body) => JSON.stringify(body))).size).toBe(1);
    expect(answers[0]).toMatchObject({ data: { rounds: [{ id: 'r1' }, { id: 'r2' }] } });
  });

  it('is named by the metrics', async () => {
    const [before] = await metric('gateway_supergraph_info{');
    expect(await offer('grown')).toBe('taken');
    const named = await metric('gateway_supergraph_info{');
    expect(named).toHaveLength(1);
    expect(named[0]).toMatch(/hash="[0-9a-f]{16}".* 1$/);
    expect(named[0]).not.toBe(before);
    expect(await offer('grown')).toBe('unchanged');
    const [taken] = await metric('gateway_supergraph_taken_timestamp_seconds');
    expect(Math.abs(Number(taken?.split(' ').at(-1)) - Date.now() / 1000)).toBeLessThan(60);
  });
});
