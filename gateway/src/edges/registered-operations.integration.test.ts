/** Operations that are named by their hash, and a gateway that runs no others. */
import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { FeedClient } from '../testing/feed-client.js';
import { connectInterview } from '../testing/interview-client.js';
import { createInterviewWorld, type InterviewWorld } from '../testing/interview-world.js';
import { eventsIn, StreamClient } from '../testing/stream-client.js';
import { askGraph, type GraphqlAnswer, startTestGateway, type TestGateway, tokenFor } from '../testing/test-gateway.js';

const QUERY = 'query Status($id: ID!) { round(id: $id) { status } }';
const MUTATION = 'mutation Join($id: ID!) { joinRound(id: $id) { id } }';
const FEED = 'subscription Insights($roundId: ID!) { insightAdded(roundId: $roundId) { id } }';
const MULTIPART = 'multipart/mixed;subscriptionSpec=1.0';
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const named = (text: string) => ({ persistedQuery: { version: 1, sha256Hash: sha256(text) } });
const REGISTERED = new Map([QUERY, MUTATION, FEED].map((text) => [sha256(text), text]));

describe.each(['allow', 'only'])('with PERSISTED_OPERATIONS=%s', (policy) => {
  let world: InterviewWorld;
  let gateway: TestGateway;

  beforeAll(async () => {
    world = createInterviewWorld();
    await world.start();
    gateway = await startTestGateway(
      world,
      { PERSISTED_OPERATIONS: policy, INTROSPECTION: '1' },
      { registeredDocuments: REGISTERED },
    );
  });
  afterAll(async () => {
    await gateway.stop();
    await world.stop();
  });

  const authorization = async () => `Bearer ${await tokenFor()}`;
  const post = async (payload: object): Promise<Pick<GraphqlAnswer, 'status' | 'body'>> => {
    const response = await fetch(`${gateway.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: await authorization() },
      body: JSON.stringify(payload),
    });
    return { status: response.status, body: (await response.json()) as GraphqlAnswer['body'] };
  };
  const get = async (parameters: Record<string, string>) => {
    const address = new URL(`/graphql?${new URLSearchParams(parameters)}`, gateway.url);
    const response = await fetch(address, { headers: { authorization: await authorization() } });
    return { status: response.status, body: (await response.json()) as GraphqlAnswer['body'] };
  };
  const subscribe = async (payload: object, type: string) => {
    const client = await FeedClient.open(gateway.url, await tokenFor());
    client.send({ type: 'subscribe', id: 'x', payload });
    if (type === 'next') {
      await world.insights.until(() => world.insights.open === 1);
      world.log.append('r1');
    }
    const message = await client.message(type, 'x');
    client.close();
    await world.insights.until(() => world.insights.open === 0);
    return message.payload;
  };

  it('runs what is registered by its hash alone, by POST and GET', async () => {
    const answered = { status: 200, body: { data: { round: { status: 'status of r1' } } } };
    expect(await post({ variables: { id: 'r1' }, extensions: named(QUERY) })).toEqual(answered);
    expect(await get({ variables: JSON.stringify({ id: 'r1' }), extensions: JSON.stringify(named(QUERY)) })).toEqual(
      answered,
    );
    expect((await post({ variables: { id: 'r1' }, extensions: named(MUTATION) })).status).toBe(200);
  });

  it('runs no mutation by GET, under its hash either', async () => {
    const { status } = await get({ variables: '{"id":"by-get"}', extensions: JSON.stringify(named(MUTATION)) });
    expect(status).toBe(405);
    expect(world.moves).not.toContain('joinRound by-get helen');
  });

  it('opens feeds by their hash', async () => {
    const payload = { query: '', variables: { roundId: 'r1' }, extensions: named(FEED) };
    expect(await subscribe(payload, 'next')).toMatchObject({ data: { insightAdded: { id: expect.any(String) } } });
  });

  it('opens feeds by their hash over HTTP as well', async () => {
    const body = { variables: { roundId: 'r1' }, extensions: named(FEED) };
    const get = new URLSearchParams({ variables: '{"roundId":"r1"}', extensions: JSON.stringify(named(FEED)) });
    const streams = await Promise.all([
      StreamClient.ask(`${gateway.url}/graphql/stream`, { body }),
      StreamClient.ask(`${gateway.url}/graphql/stream?${get}`, { method: 'GET' }),
      StreamClient.ask(`${gateway.url}/graphql`, { body, headers: { accept: MULTIPART } }),
    ]);
    await world.insights.until(() => world.insights.open === 1);
    world.log.append('r1');
    await Promise.all(streams.map((stream) => stream.until((text) => text.includes('{"data":{"insightAdded":'))));
    for (const stream of streams) stream.abort();
    await world.insights.until(() => world.insights.open === 0);
  });

  it('runs what is registered though it is sent whole', async () => {
    expect((await post({ query: QUERY, variables: { id: 'r1' } })).status).toBe(200);
    expect((await post({ query: QUERY, variables: { id: 'r1' }, extensions: named(QUERY) })).status).toBe(200);
    expect(await subscribe({ query: FEED, variables: { roundId: 'r1' } }, 'next')).toHaveProperty('data');
  });

  it('says that it does not know a hash, and remembers nothing that it is sent', async () => {
    const free = '{ viewer { id } }';
    const unknown = [{ message: 'PersistedQueryNotFound', extensions: { code: 'PERSISTED_QUERY_NOT_FOUND' } }];
    expect((await post({ extensions: named(free) })).body.errors).toEqual(unknown);
    await post({ query: free, extensions: named(free) });
    expect((await post({ extensions: named(free) })).body.errors).toEqual(unknown);
    expect((await get({ extensions: JSON.stringify(named(free)) })).body.errors).toEqual(unknown);
    expect(await subscribe({ query: '', extensions: named(free) }, 'error')).toEqual(unknown);
    const sse = await StreamClient.ask(`${gateway.url}/graphql/stream`, { body: { extensions: named(free) } });
    await sse.ended;
    expect(JSON.parse(eventsIn(sse.text)[0]?.data ?? '')).toEqual({ errors: unknown });
  });

  it('refuses a document under another one’s hash', async () => {
    const { status, body } = await post({ query: '{ broken }', extensions: named(QUERY) });
    expect([status, body.errors?.[0]?.extensions['code']]).toEqual([400, 'VALIDATION_FAILED']);
    const inAddress = await get({ query: '{ broken }', extensions: JSON.stringify(named(QUERY)) });
    expect([inAddress.status, inAddress.body.errors?.[0]?.extensions['code']]).toEqual([400, 'VALIDATION_FAILED']);
  });

  if (policy === 'allow') {
    it('runs any other document', async () => {
      expect((await askGraph(gateway, '{ viewer { id } }')).status).toBe(200);
    });
    return;
  }

  it('refuses any other document', async () => {
    const refusal = { message: expect.stringContaining('Only registered'), extensions: { code: 'VALIDATION_FAILED' } };
    const { status, body } = await post({ query: '{ viewer { id } }' });
    expect([status, body]).toEqual([400, { errors: [refusal] }]);
    const feed = 'subscription { insightAdded(roundId: "r1") { id } }';
    expect(await subscribe({ query: feed }, 'error')).toEqual([refusal]);
    const sse = await StreamClient.ask(`${gateway.url}/graphql/stream`, { body: { query: feed } });
    const parts = await StreamClient.ask(`${gateway.url}/graphql`, {
      body: { query: feed },
      headers: { accept: MULTIPART },
    });
    await Promise.all([sse.ended, parts.ended]);
    expect(JSON.parse(eventsIn(sse.text)[0]?.data ?? '')).toEqual({ errors: [refusal] });
    expect([parts.status, JSON.parse(parts.text)]).toEqual([400, { errors: [refusal] }]);
    expect(world.insights.opened.filter((o) => o.query.includes('"r1"'))).toEqual([]);
  });

  it('lets GraphiQL ask for the schema while introspection is on', async () => {
    expect((await post({ query: '{ __schema { queryType { name } } }' })).status).toBe(200);
  });

  it('runs the gateway’s own documents', async () => {
    const { socket, ask } = await connectInterview(gateway.url, await tokenFor());
    expect(await ask('join-interview', { roundId: '6f1f0f0e-0000-4000-8000-000000000001' })).toMatchObject({
      ok: true,
    });
    socket.close();
  });
});
