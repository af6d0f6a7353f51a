/** The client against a real server: what its user sees when sockets die, tokens end and parts are missing. */

import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { GraphQLError, parse } from 'graphql';
import { type ClientOptions, createInterviewClient, type InterviewClient, type InterviewError } from './client.js';
import { type GraphServer, startGraphServer } from './testing/graph-server.js';

const Insights = document<{ insightAdded: { id: string; round: { id: string } | null } }, FeedVariables>(
  `subscription ($roundId: ID!, $after: String) {
     insightAdded(roundId: $roundId, after: $after) { id cursor round { id } }
   }`,
);
const Metrics = document<{ metricsUpdated: { hesitationsCount: number } }, FeedVariables>(
  'subscription ($roundId: ID!) { metricsUpdated(roundId: $roundId) { hesitationsCount } }',
);
const RoundNote = document<{ round: { id: string; note: string | null } | null }, { id: string }>(
  'query ($id: ID!) { round(id: $id) { id note } }',
);
const ViewerId = document<{ viewer: { id: string } | null }, Record<string, never>>('query { viewer { id } }');

interface FeedVariables {
  roundId: string;
  after?: string;
}

function document<T, V>(text: string): TypedDocumentNode<T, V> {
  return parse(text);
}

let server: GraphServer;
let client: InterviewClient;

beforeEach(async () => {
  server = await startGraphServer();
  client = makeClient();
});

afterEach(async () => {
  await client.close();
  await server.close();
});

/** Waits between attempts take no time, so that nothing here depends on it. */
function makeClient(options: Partial<ClientOptions> = {}): InterviewClient {
  return createInterviewClient({
    url: server.url,
    token: 'first',
    clock: { now: () => 0, random: () => 0, wait: () => new Promise((resolve) => setImmediate(resolve)) },
    ...options,
  });
}

async function take<T>(feed: AsyncIterator<T>, count: number): Promise<T[]> {
  const taken: T[] = [];
  while (taken.length < count) {
    const { done, value } = await feed.next();
    if (done) throw new Error(`The feed ended after ${taken.length} events.`);
    taken.push(value);
  }
  return taken;
}

async function errorOf(promise: Promise<unknown>): Promise<InterviewError> {
  return promise.then(
    () => {
      throw new Error('It did not fail.');
    },
    (error: InterviewError) => error,
  );
}

describe('a feed', () => {
  test('goes on without gap or repeat when its socket is cut again and again', async () => {
    const resumed: (string | undefined)[] = [];
    const feed = client.subscribe(Insights, { roundId: 'r', after: '0' }, { onResume: (r) => resumed.push(r.after) });
    const ids: string[] = [];
    for (let cut = 0; cut < 5; cut++) {
      for (let i = 0; i < 3; i++) server.append();
      ids.push(...(await take(feed, 3)).map((event) => event.insightAdded.id));
      server.cut();
      server.append(); // nobody is listening: it has to come from the log
    }
    ids.push(...(await take(feed, 1)).map((event) => event.insightAdded.id));
    expect(ids).toEqual(Array.from({ length: 16 }, (_, i) => String(i + 1)));
    expect(resumed).toEqual(server.openedWith.slice(1));
  });

  test.each([1000, 1001, 1012, 1013])('goes on behind the last event after the server closed with %i', async (code) => {
    const feed = client.subscribe(Insights, { roundId: 'r', after: '0' });
    server.append();
    await take(feed, 1);
    server.cut(code);
    await server.feedsOpened(2);
    server.append();
    const [event] = await take(feed, 1);
    expect(event?.insightAdded.id).toBe('2');
    expect(server.openedWith).toEqual(['0', '1']);
  });

  test('does not repeat events that arrived before the cut and were not read yet', async () => {
    const feed = client.subscribe(Insights, { roundId: 'r', after: '0' });
    const other = client.subscribe(Insights, { roundId: 'r', after: '0' });
    for (let i = 0; i < 3; i++) server.append();
    await take(other, 3); // same socket, so the first feed's events have arrived too, or are before them
    server.cut();
    await server.feedsOpened(4);
    server.append();
    expect((await take(feed, 4)).map((event) => event.insightAdded.id)).toEqual(['1', '2', '3', '4']);
  });

  test('that knows no cursor yet says so when it resumes', async () => {
    const resumed: (string | undefined)[] = [];
    const feed = client.subscribe(Insights, { roundId: 'r' }, { onResume: (r) => resumed.push(r.after) });
    await server.feedsOpened(1);
    server.cut();
    await server.feedsOpened(2);
    server.append();
    await take(feed, 1);
    expect(resumed).toEqual([undefined]);
  });

  test('without `after` starts over and is told the present state again', async () => {
    const feed = client.subscribe(Metrics, { roundId: 'r' });
    await take(feed, 1);
    server.append();
    server.cut();
    const [event] = await take(feed, 1);
    expect(event?.metricsUpdated.hesitationsCount).toBe(1);
  });

  test('tries again where a subgraph is away, and goes on behind the last event', async () => {
    server.refuseNextFeed(new GraphQLError('insights is down', { extensions: { code: 'SERVICE_UNAVAILABLE' } }));
    const feed = client.subscribe(Insights, { roundId: 'r', after: '0' });
    await server.feedsOpened(2);
    server.append();
    expect((await take(feed, 1))[0]?.insightAdded.id).toBe('1');
  });

  test('that the viewer may not have throws with the code, and others go on', async () => {
    server.refuseNextFeed(new GraphQLError('Not yours', { extensions: { code: 'ACCESS_DENIED' } }));
    const refused = client.subscribe(Insights, { roundId: 'r' });
    const error = await errorOf(refused.next());
    expect(error).toMatchObject({ name: 'InterviewError', code: 'ACCESS_DENIED', message: 'Not yours' });
    expect((await refused.next()).done).toBe(true);
    await take(client.subscribe(Metrics, { roundId: 'r' }), 1);
  });

  test('tells of an event with parts missing and still delivers it', async () => {
    const missing: string[] = [];
    const feed = client.subscribe(
      Insights,
      { roundId: 'r', after: '0' },
      { onPartial: (error) => missing.push(error.code) },
    );
    server.loseRounds();
    server.append();
    expect((await take(feed, 1))[0]?.insightAdded).toMatchObject({ id: '1', round: null });
    expect(missing).toEqual(['SERVICE_UNAVAILABLE']);
  });

  test('whose cursor has been cleared away ends with CURSOR_EXPIRED and is not opened again', async () => {
    const feed = client.subscribe(Insights, { roundId: 'r', after: '0' });
    server.append();
    await take(feed, 1);
    const expired = new GraphQLError('Too old.', { extensions: { code: 'CURSOR_EXPIRED' } });
    server.refuseNextFeed(expired);
    server.cut();
    expect((await errorOf(feed.next())).code).toBe('CURSOR_EXPIRED');
    expect(server.openedWith).toEqual(['0', '1']);
    expect((await feed.next()).done).toBe(true);
    server.append();
    expect((await take(client.subscribe(Insights, { roundId: 'r', after: '1' }), 1))[0]?.insightAdded.id).toBe('2');
  });

  test('ends with its signal, for the reader and at the server', async () => {
    const abort = new AbortController();
    const feed = client.subscribe(Insights, { roundId: 'r' }, { signal: abort.signal });
    const pending = feed.next();
    await server.feedsOpened(1);
    abort.abort();
    expect((await pending).done).toBe(true);
    await server.feedsEnded(1);
  });

  test('ends at the server when its loop is left', async () => {
    const seen: string[] = [];
    server.append();
    for await (const event of client.subscribe(Insights, { roundId: 'r', after: '0' })) {
      seen.push(event.insightAdded.id);
      break;
    }
    expect(seen).toEqual(['1']);
    await server.feedsEnded(1);
  });

  test('ends when the client is closed', async () => {
    const feed = client.subscribe(Insights, { roundId: 'r' });
    await server.feedsOpened(1);
    const pending = feed.next();
    await client.close();
    expect((await pending).done).toBe(true);
  });

  test('reports how the connection is', async () => {
    const states: string[] = [];
    client.onConnection((state) => states.push(state));
    const feed = client.subscribe(Metrics, { roundId: 'r' });
    await take(feed, 1);
    server.cut();
    await take(feed, 1);
    expect(states).toEqual(['connecting', 'connected', 'resuming', 'connected']);
  });
});

describe('a token', () => {
  test('that is refused ends the feed with INVALID_TOKEN', async () => {
    server.acceptToken = () => false;
    const error = await errorOf(client.subscribe(Metrics, { roundId: 'r' }).next());
    expect(error.code).toBe('INVALID_TOKEN');
  });

  test('that is refused is replaced by the next of its source', async () => {
    const tokens = ['old', 'new'];
    await client.close();
    client = makeClient({ token: () => tokens.shift() ?? 'new' });
    server.acceptToken = (authorization) => authorization === 'Bearer new';
    await take(client.subscribe(Metrics, { roundId: 'r' }), 1);
    expect(server.tokens).toEqual(['Bearer old', 'Bearer new']);
  });

  test('whose source has no other is not sent again', async () => {
    await client.close();
    client = makeClient({ token: () => 'old' });
    server.acceptToken = () => false;
    const error = await errorOf(client.subscribe(Metrics, { roundId: 'r' }).next());
    expect(error.code).toBe('INVALID_TOKEN');
    expect(server.tokens).toEqual(['Bearer old']);
  });

  test('that is about to expire is replaced on the open socket', async () => {
    const soon = jwt({ exp: Math.floor(Date.now() / 1000) - 1 });
    const later = jwt({ exp: Math.floor(Date.now() / 1000) + 3600 });
    const tokens = [soon, later];
    await client.close();
    client = makeClient({ token: () => tokens.shift() ?? later });
    const feed = client.subscribe(Insights, { roundId: 'r', after: '0' });
    await server.tokensShown(2);
    server.append();
    await take(feed, 1);
    expect(server.tokens).toEqual([`Bearer ${soon}`, `Bearer ${later}`]);
    expect(server.openedWith).toEqual(['0']);
  });
});

describe('a query', () => {
  test('answers its data', async () => {
    expect(await client.query(ViewerId)).toEqual({ viewer: { id: 'ada' } });
    expect(await client.query(RoundNote, { id: 'gone' })).toEqual({ round: null });
  });

  test('with an error throws its code and keeps what was answered', async () => {
    const error = await errorOf(client.query(RoundNote, { id: 'r' }));
    expect(error).toMatchObject({ code: 'SERVICE_UNAVAILABLE', data: { round: { id: 'r', note: null } } });
  });

  test('asked for what there is answers both', async () => {
    const { data, error } = await client.ask(RoundNote, { id: 'r' });
    expect(data).toEqual({ round: { id: 'r', note: null } });
    expect(error?.code).toBe('SERVICE_UNAVAILABLE');
  });

  test('lists the wrong fields', async () => {
    const details = [{ path: 'input.overallScore', message: 'from 1 to 10' }];
    server.answerNext(200, { errors: [{ message: 'no', extensions: { code: 'VALIDATION_FAILED', details } }] });
    expect(await errorOf(client.query(ViewerId))).toMatchObject({ code: 'VALIDATION_FAILED', details });
  });

  test('that is limited says when to come again', async () => {
    const errors = [{ message: 'slow down', extensions: { code: 'RATE_LIMITED' } }];
    server.answerNext(429, { errors }, { 'retry-after': '7' });
    expect(await errorOf(client.query(ViewerId))).toMatchObject({ code: 'RATE_LIMITED', retryAfterSeconds: 7 });
  });

  test('answered by something else than a graph is BAD_RESPONSE', async () => {
    server.answerNext(502, '<html>Bad gateway</html>');
    expect((await errorOf(client.query(ViewerId))).code).toBe('BAD_RESPONSE');
  });

  test('that reaches nobody is NETWORK_ERROR', async () => {
    await server.close();
    expect((await errorOf(client.query(ViewerId))).code).toBe('NETWORK_ERROR');
    server = await startGraphServer();
  });

  test('that is aborted fails with the signal’s reason', async () => {
    const reason = new Error('left the page');
    await expect(client.query(ViewerId, {}, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  });
});

function jwt(claims: object): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${part({ alg: 'none' })}.${part(claims)}.`;
}
