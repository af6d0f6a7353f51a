import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { type Client, createClient } from 'graphql-sse';
import { createInterviewWorld, type InterviewWorld } from '../../testing/interview-world.js';
import { eventsIn, type StreamAsked, StreamClient } from '../../testing/stream-client.js';
import { startTestGateway, type TestGateway, tokenFor } from '../../testing/test-gateway.js';

const FEED = `subscription ($roundId: ID!, $after: String) {
  insightAdded(roundId: $roundId, after: $after) { id cursor }
}`;

describe('subscriptions as server-sent events', () => {
  let world: InterviewWorld;
  let gateway: TestGateway;
  const clients: { abort(): void }[] = [];
  let rounds = 0;

  beforeAll(async () => {
    world = createInterviewWorld();
    await world.start();
    gateway = await startTestGateway(world);
  });
  afterEach(async () => {
    for (const client of clients.splice(0)) client.abort();
    await world.insights.until(() => world.insights.open === 0);
  });
  afterAll(async () => {
    await gateway.stop();
    await world.stop();
  });

  const address = () => `${gateway.url}/graphql/stream`;
  const ask = async (asked: StreamAsked = {}, to = address()) => {
    const client = await StreamClient.ask(to, asked);
    clients.push(client);
    return client;
  };
  const subscribe = (variables: Record<string, unknown>, headers: Record<string, string> = {}, query = FEED) =>
    ask({ body: { query, variables }, headers: { accept: 'text/event-stream', ...headers } });
  const freshRound = () => `sse-${++rounds}`;
  /** A stream that the subgraph has opened. */
  const opened = async (roundId: string, headers: Record<string, string> = {}) => {
    const before = world.insights.open;
    const client = await subscribe({ roundId }, headers);
    await world.insights.until(() => world.insights.open === before + 1);
    return client;
  };
  const count = (text: string) => eventsIn(text).filter(({ event }) => event === 'next').length;
  const idsIn = (client: StreamClient) =>
    eventsIn(client.text)
      .filter(({ event }) => event === 'next')
      .map(({ data }) => JSON.parse(data).data.insightAdded.id);
  const idsLogged = (roundId: string) => world.log.insights.filter((i) => i.roundId === roundId).map((i) => i.id);

  it('begin at once, and tell each event with its cursor as id', async () => {
    const roundId = freshRound();
    const client = await opened(roundId);
    expect(client.status).toBe(200);
    expect(client.headers).toMatchObject({
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store, no-transform',
      'x-accel-buffering': 'no',
    });
    expect(client.headers['content-encoding']).toBeUndefined();
    await client.until((text) => /^retry: \d+\n:\n\n/.test(text));
    const { id, sequence } = world.log.append(roundId);
    await client.until((text) => count(text) === 1);
    const data = `{"data":{"insightAdded":{"id":"${id}","cursor":"${sequence}"}}}`;
    expect(client.text.endsWith(`:\n\nevent: next\nid: ${sequence}\ndata: ${data}\n\n`)).toBe(true);
  });

  it('are asked for by GET, too', async () => {
    const roundId = freshRound();
    const query = new URLSearchParams({ query: FEED, variables: JSON.stringify({ roundId }) });
    const client = await ask({ method: 'GET' }, `${address()}?${query}`);
    await world.insights.until(() => world.insights.open === 1);
    world.log.append(roundId);
    await client.until((text) => count(text) === 1);
    expect(idsIn(client)).toEqual(idsLogged(roundId));
  });

  it('go on after Last-Event-ID, which wins over `after`, with no gap and no repeat, cursors asked for or not', async () => {
    const roundId = freshRound();
    const first = await opened(roundId);
    for (let i = 0; i < 5; i++) world.log.append(roundId);
    await first.until((text) => count(text) >= 3);
    const last = eventsIn(first.text).at(2)?.id ?? '';
    first.abort();
    world.log.append(roundId);
    const second = await ask({
      body: { query: FEED.replace(' cursor', ''), variables: { roundId, after: '0' } },
      headers: { accept: 'text/event-stream', 'last-event-id': last },
    });
    await second.until((text) => count(text) >= 3);
    world.log.append(roundId);
    await second.until((text) => count(text) >= 4);
    expect([...idsIn(first).slice(0, 3), ...idsIn(second)]).toEqual(idsLogged(roundId));
    expect(eventsIn(second.text).at(-1)?.id).toBe(String(world.log.insights.at(-1)?.sequence));
  });

  it('carry no id where a feed cannot be resumed, and complete when it does', async () => {
    const query = 'subscription { transcriptUpdated(roundId: "r1") { text } }';
    const client = await subscribe({}, { 'last-event-id': '7' }, query);
    expect(await client.ended).toBe(true);
    expect(eventsIn(client.text)).toEqual([
      { event: 'next', id: undefined, data: '{"data":{"transcriptUpdated":{"text":"Hello"}}}' },
      { event: 'complete', id: undefined, data: '' },
    ]);
    expect(client.text.endsWith('event: complete\ndata:\n\n')).toBe(true);
  });

  it('send the events of a burst in one piece', async () => {
    const roundId = freshRound();
    const client = await opened(roundId);
    const pieces: number[] = [];
    let seen = 0;
    for (let i = 0; i < 8; i++) world.log.append(roundId);
    await client.until((text) => {
      const now = count(text);
      if (now > seen) pieces.push(now - seen);
      seen = now;
      return now === 8;
    });
    expect(pieces.length).toBeLessThan(8);
  });

  describe('by the official client', () => {
    let official: Client | undefined;
    afterEach(() => official?.dispose());

    it('bring events and complete', async () => {
      official = createClient({ url: address(), headers: { authorization: `Bearer ${await tokenFor()}` } });
      const results = [];
      for await (const result of official.iterate({
        query: 'subscription { roundUpdated(roundId: "r9") { id resume { fileName } } }',
      })) {
        results.push(result);
      }
      expect(results).toEqual([{ data: { roundUpdated: { id: 'r9', resume: { fileName: 'r9.pdf' } } } }]);
    });

    it('tell why a document is not run, and are not tried again', async () => {
      let connections = 0;
      official = createClient({
        url: address(),
        headers: { authorization: `Bearer ${await tokenFor()}` },
        on: { connecting: () => void connections++ },
      });
      const results = [];
      for await (const result of official.iterate({ query: 'subscription { nothing }' })) results.push(result);
      expect(results).toMatchObject([{ errors: [{ extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }] }]);
      expect(connections).toBe(1);
    });
  });

  describe('that are refused', () => {
    const json = (client: StreamClient) => JSON.parse(client.text);
    const body = { query: FEED, variables: { roundId: 'refused' } };
    afterEach(() => {
      expect(world.insights.opened.filter((o) => o.variables['roundId'] === 'refused')).toEqual([]);
    });

    it.each<[string, number, string, StreamAsked]>([
      ['no token', 401, 'AUTH_REQUIRED', { body, token: null }],
      ['a bad token', 401, 'INVALID_TOKEN', { body, token: 'x.y.z' }],
      ['a bad token before anything else', 401, 'INVALID_TOKEN', { method: 'DELETE', token: 'x.y.z' }],
      ['a reservation of the other mode', 405, 'VALIDATION_FAILED', { method: 'PUT' }],
      ['an answer in JSON', 406, 'VALIDATION_FAILED', { body, headers: { accept: 'application/json' } }],
      ['a form', 415, 'UNSUPPORTED_MEDIA_TYPE', { body, headers: { 'content-type': 'text/plain' } }],
      ['a body too large', 413, 'PAYLOAD_TOO_LARGE', { body: { ...body, query: ' '.repeat(300_000) } }],
      ['a batch', 400, 'VALIDATION_FAILED', { body: [body] }],
      ['no document', 400, 'VALIDATION_FAILED', { body: {} }],
      ['variables that are a list', 400, 'VALIDATION_FAILED', { body: { ...body, variables: [] } }],
    ])('for %s are so by their status', async (_what, status, code, asked) => {
      const client = await ask(asked);
      await client.ended;
      expect([client.status, json(client)]).toMatchObject([status, { errors: [{ extensions: { code } }] }]);
    });

    it('for variables in the address that are no JSON are so by their status', async () => {
      const client = await ask({ method: 'GET' }, `${address()}?query=${encodeURIComponent(FEED)}&variables={`);
      await client.ended;
      expect([client.status, json(client)]).toMatchObject([
        400,
        { errors: [{ extensions: { details: [{ path: 'variables' }] } }] },
      ]);
    });

    it('name the methods that are taken', async () => {
      const client = await ask({ method: 'PUT' });
      expect(client.headers.allow).toBe('GET, POST');
    });

    it.each([
      ['subscription {', 'GRAPHQL_PARSE_FAILED', 'Syntax Error'],
      ['subscription { nothing }', 'GRAPHQL_VALIDATION_FAILED', 'nothing'],
      ['subscription ($roundId: Int!) { probed { measured(w: { width: $roundId }) } }', 'VALIDATION_FAILED', 'Int'],
      ['{ viewer { id } }', 'VALIDATION_FAILED', 'POST /graphql'],
      ['mutation { joinRound(id: "refused") { id } }', 'VALIDATION_FAILED', 'POST /graphql'],
    ])('for what the document %s says are so in the stream, as the protocol demands', async (query, code, words) => {
      const client = await subscribe({ roundId: 'refused' }, {}, query);
      expect(await client.ended).toBe(true);
      expect([client.status, client.headers['content-type']]).toEqual([200, 'text/event-stream; charset=utf-8']);
      const [next, complete, ...more] = eventsIn(client.text);
      expect(JSON.parse(next?.data ?? '')).toMatchObject({
        errors: [{ message: expect.stringContaining(words), extensions: { code } }],
      });
      expect([next?.event, complete?.event, more]).toEqual(['next', 'complete', []]);
      expect(world.moves).not.toContain('joinRound refused helen');
    });
  });

  it.each([
    ['denied', '', 'ACCESS_DENIED'],
    ['r1', 'gone', 'CURSOR_EXPIRED'],
  ])('end with the error of a feed that is refused (%s)', async (roundId, last, code) => {
    const client = await subscribe({ roundId }, last ? { 'last-event-id': last } : {});
    expect(await client.ended).toBe(true);
    const [next, complete] = eventsIn(client.text);
    expect(JSON.parse(next?.data ?? '')).toMatchObject({ errors: [{ extensions: { code } }] });
    expect([next?.id, complete?.event]).toEqual([undefined, 'complete']);
  });

  it('are for pages that are allowed, with the headers that they need', async () => {
    const preflight = (origin: string) =>
      fetch(address(), {
        method: 'OPTIONS',
        headers: { origin, 'access-control-request-method': 'POST', 'access-control-request-headers': 'last-event-id' },
      });
    const allowed = await preflight('http://localhost:5173');
    expect(allowed.headers.get('access-control-allow-origin')).toBe('http://localhost:5173');
    expect(allowed.headers.get('access-control-allow-headers')?.toLowerCase()).toContain('last-event-id');
    const elsewhere = await preflight('http://evil.example');
    expect(elsewhere.headers.get('access-control-allow-origin')).toBeNull();
  });
});
