/**
 * Every kind of request, sent the short way (beside express and Apollo Server) and the long one: status, headers and
 * body must be the same, whatever it is.
 */
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createInterviewWorld, ELSEWHERE, type InterviewWorld } from '../../testing/interview-world.js';
import { startTestGateway, type TestGateway, tokenFor } from '../../testing/test-gateway.js';

const STATUS = 'query Status($id: ID!) { round(id: $id) { status resume { fileName } } }';
const CONDITIONAL = `query ($with: Boolean!, $without: Boolean = true) {
  rounds { id status @include(if: $with) aggregate @skip(if: $without) }
}`;
const SEVERAL =
  'query One { viewer { id } } query Other { rounds { id } } mutation Third { joinRound(id: "r1") { id } }';
const MIXED = '{ __typename __schema { queryType { name } } viewer { __typename id } }';
const SINCE = 'query ($since: DateTime) { rounds(updatedAfter: $since) { id } }';
const JOIN = 'mutation Join($id: ID!) { first: joinRound(id: $id) { id status } second: leaveRound(id: $id) { id } }';
const CREATE = 'mutation ($input: RoundInput!) { createRound(input: $input) { id } }';
const FEED = 'subscription { insightAdded(roundId: "r1") { id } }';
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const named = (sha256Hash: unknown, version: unknown = 1) => ({ persistedQuery: { version, sha256Hash } });
const REGISTERED = new Map([[sha256(STATUS), STATUS]]);

interface Sent {
  body: unknown;
  headers?: Record<string, string | undefined>;
  method?: string;
}

const id = { id: 'r1' };
/** Name, the way that is to be taken once the operation is known, and the request. */
const REQUESTS: [string, 'short' | 'long', Sent][] = [
  ['a query with variables', 'short', { body: { query: STATUS, variables: id } }],
  ['its name', 'short', { body: { query: STATUS, variables: id, operationName: 'Status' } }],
  ['no name by null', 'short', { body: { query: STATUS, variables: id, operationName: null } }],
  ['a variable that nobody declared', 'short', { body: { query: STATUS, variables: { ...id, more: [1] } } }],
  ['null for variables and extensions', 'short', { body: { query: MIXED, variables: null, extensions: null } }],
  ['extensions of other protocols', 'short', { body: { query: MIXED, extensions: { clientLibrary: { name: 'x' } } } }],
  ['more in the body', 'short', { body: { query: MIXED, id: '1' } }],
  ['introspection and data together', 'short', { body: { query: MIXED } }],
  ['a field that is included', 'short', { body: { query: CONDITIONAL, variables: { with: true, without: false } } }],
  ['a field that is left out', 'short', { body: { query: CONDITIONAL, variables: { with: false } } }],
  [
    'null where a variable decides',
    'short',
    { body: { query: CONDITIONAL, variables: { with: true, without: null } } },
  ],
  ['one of several operations', 'short', { body: { query: SEVERAL, operationName: 'Other' } }],
  ['another of them', 'short', { body: { query: SEVERAL, operationName: 'Third' } }],
  ['none of them', 'long', { body: { query: SEVERAL } }],
  ['an unknown one', 'long', { body: { query: SEVERAL, operationName: 'Nobody' } }],
  ['an empty name', 'long', { body: { query: STATUS, variables: id, operationName: '' } }],
  ['a mutation', 'short', { body: { query: JOIN, variables: id } }],
  ['a mutation that is refused', 'short', { body: { query: JOIN, variables: { id: ELSEWHERE } } }],
  ['wrong input', 'short', { body: { query: CREATE, variables: { input: { number: 0, name: 'a' } } } }],
  ['an instant', 'short', { body: { query: SINCE, variables: { since: '2026-01-30T09:30:00.000Z' } } }],
  ['what is no instant', 'long', { body: { query: SINCE, variables: { since: 'yesterday' } } }],
  ['a field that fails', 'short', { body: { query: '{ broken round(id: "r1") { id secret } }' } }],
  ['a missing variable', 'long', { body: { query: STATUS } }],
  ['a variable of another type', 'long', { body: { query: CREATE, variables: { input: { number: 'one' } } } }],
  ['text that cannot be stored', 'long', { body: { query: CREATE, variables: { input: { number: 1, name: '\0' } } } }],
  ['an alias of an inherited name', 'short', { body: { query: '{ constructor: viewer { __proto__: id } }' } }],
  ['a hash that is null', 'long', { body: { query: MIXED, extensions: { persistedQuery: null } } }],
  ['a hash', 'short', { body: { extensions: named(sha256(STATUS)), variables: id } }],
  ['a hash and its document', 'long', { body: { query: STATUS, extensions: named(sha256(STATUS)), variables: id } }],
  ['a hash and another document', 'long', { body: { query: MIXED, extensions: named(sha256(STATUS)) } }],
  ['a hash that is not registered', 'long', { body: { extensions: named(sha256(MIXED)) } }],
  ['a hash that is none', 'long', { body: { extensions: named('x') } }],
  ['a hash of another version', 'long', { body: { extensions: named(sha256(STATUS), 2), variables: id } }],
  ['an empty document', 'long', { body: { query: '' } }],
  ['a document that is no text', 'long', { body: { query: 7 } }],
  ['a document that does not parse', 'long', { body: { query: '{ rounds {' } }],
  ['a document that is not valid', 'long', { body: { query: '{ nothingLikeThis }' } }],
  ['a subscription', 'long', { body: { query: FEED } }],
  ['variables as a text', 'long', { body: { query: STATUS, variables: '{"id":"r1"}' } }],
  ['variables as a list', 'long', { body: { query: STATUS, variables: [] } }],
  ['extensions as a text', 'long', { body: { query: STATUS, variables: id, extensions: '{}' } }],
  ['a name that is no text', 'long', { body: { query: STATUS, variables: id, operationName: 7 } }],
  ['a batch', 'long', { body: [{ query: MIXED }] }],
  ['an empty object', 'long', { body: {} }],
  ['a text', 'long', { body: Buffer.from('"text"') }],
  ['what is no JSON', 'long', { body: Buffer.from('{"query":') }],
  ['a mark of the byte order', 'long', { body: Buffer.from(`\uFEFF${JSON.stringify({ query: MIXED })}`) }],
  ['too much', 'long', { body: { query: MIXED, variables: { x: 'x'.repeat(300_000) } } }],
  ['variables that are nested deep', 'long', { body: { query: MIXED, variables: { x: nested(40) } } }],
  ...[
    '*/*',
    'application/json',
    'application/json, text/plain, */*',
    'application/graphql-response+json',
    'application/graphql-response+json, application/json',
    'application/graphql-response+json,application/json;q=0.9',
  ].map((accept): [string, 'short', Sent] => [
    `accept: ${accept}`,
    'short',
    { body: { query: MIXED }, headers: { accept } },
  ]),
  ['accept: what is not had', 'long', { body: { query: MIXED }, headers: { accept: 'text/html' } }],
  ['accept: multipart', 'long', { body: { query: MIXED }, headers: { accept: 'multipart/mixed, application/json' } }],
  [
    'a character set',
    'short',
    { body: { query: MIXED }, headers: { 'content-type': 'application/json; charset=utf-8' } },
  ],
  [
    'another character set',
    'long',
    { body: { query: MIXED }, headers: { 'content-type': 'application/json; charset=latin1' } },
  ],
  ['a form', 'long', { body: { query: MIXED }, headers: { 'content-type': 'text/plain' } }],
  ['no content type', 'long', { body: { query: MIXED }, headers: { 'content-type': undefined } }],
  [
    'a compressed body',
    'long',
    { body: gzipSync(JSON.stringify({ query: MIXED })), headers: { 'content-encoding': 'gzip' } },
  ],
  ['another method', 'long', { body: { query: MIXED }, method: 'PUT' }],
  ['an allowed page', 'short', { body: { query: MIXED }, headers: { origin: 'http://localhost:5173' } }],
  ['another page', 'short', { body: { query: MIXED }, headers: { origin: 'http://evil.example' } }],
  ['no token', 'long', { body: { query: MIXED }, headers: { authorization: undefined } }],
  ['a wrong token', 'long', { body: { query: MIXED }, headers: { authorization: 'Bearer x.y.z' } }],
  ['an address behind a proxy', 'short', { body: { query: MIXED }, headers: { 'x-forwarded-for': '203.0.113.9' } }],
];

function nested(levels: number): unknown {
  return levels === 0 ? 1 : [nested(levels - 1)];
}

interface Answer {
  status: number | undefined;
  headers: IncomingMessage['headers'];
  body: string;
  way: 'short' | 'long';
}

describe('two ways to one answer', () => {
  let world: InterviewWorld;
  let gateway: TestGateway;
  let authorization: string;

  beforeAll(async () => {
    world = createInterviewWorld();
    await world.start();
    gateway = await startTestGateway(
      world,
      { INTROSPECTION: '1', TRUST_PROXY_HOPS: '1' },
      { registeredDocuments: REGISTERED },
    );
    authorization = `Bearer ${await tokenFor()}`;
  });
  afterAll(async () => {
    await gateway.stop();
    await world.stop();
  });

  const send = async ({ body, headers = {}, method = 'POST' }: Sent, path: string): Promise<Answer> => {
    const bytes = Buffer.isBuffer(body) ? body : Buffer.from(JSON.stringify(body));
    const given = { 'content-type': 'application/json', 'content-length': bytes.length, authorization, ...headers };
    const set = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
    const request = httpRequest(`${gateway.url}${path}`, { method, headers: set });
    request.end(bytes);
    const [response] = (await once(request, 'response')) as [IncomingMessage];
    let text = '';
    for await (const chunk of response) text += chunk;
    // express begins with the headers of every route.
    const way = response.rawHeaders[0] === 'content-type' ? 'short' : 'long';
    return { status: response.statusCode, headers: comparable(response.headers), body: text, way };
  };

  /** A place of the rate limit is taken by each request, and time passes. */
  function comparable({ date: _, ...headers }: IncomingMessage['headers']) {
    const ratelimit = String(headers['ratelimit']).replace(/r=\d+;t=\d+/, 'r;t');
    return { ...headers, ratelimit };
  }

  it.each(REQUESTS)('%s (%s)', async (_name, way, sent) => {
    // With a query string it is no request for the short way; and afterwards the operation is known.
    const long = await send(sent, '/graphql?long');
    const short = await send(sent, '/graphql');
    expect({ ...short, way: 'any' }).toEqual({ ...long, way: 'any' });
    expect(long.way).toBe('long');
    // A refusal is the long way's, wherever it was found.
    expect(short.way).toBe(short.status === 200 ? way : 'long');
  });

  it('refuses too many requests alike, and counts each once', async () => {
    const few = await startTestGateway(world, { RATE_LIMIT_MAX_REQUESTS: '4', TRUST_PROXY_HOPS: '1' });
    try {
      const headers = { 'x-forwarded-for': `198.51.100.${Math.floor(Math.random() * 250)}`, authorization };
      const ask = async (path: string) => {
        const init = { method: 'POST', headers: { ...headers, 'content-type': 'application/json' } };
        const { status, headers: told } = await fetch(`${few.url}${path}`, {
          ...init,
          body: JSON.stringify({ query: '{ viewer { id } }' }),
        });
        return [status, Number(/r=(\d+)/.exec(told.get('ratelimit') ?? '')?.[1])];
      };
      // The first is handed over, the next two are known; the last two are refused on either way.
      expect([await ask('/graphql'), await ask('/graphql'), await ask('/graphql')]).toEqual([
        [200, 3],
        [200, 2],
        [200, 1],
      ]);
      expect([await ask('/graphql?long'), await ask('/graphql'), await ask('/graphql?long')]).toEqual([
        [200, 0],
        [429, 0],
        [429, 0],
      ]);
    } finally {
      await few.stop();
    }
  });

  it('carries a mutation out once on either way', async () => {
    const body = { query: JOIN, variables: { id: 'once' } };
    await send({ body }, '/graphql?long');
    const before = world.moves.length;
    expect((await send({ body }, '/graphql')).way).toBe('short');
    expect(world.moves.slice(before)).toEqual(['joinRound once helen', 'leaveRound once helen']);
  });

  it('ends without a word when the client goes in the middle of a body', async () => {
    const request = httpRequest(`${gateway.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'content-length': 100, authorization },
    });
    request.on('error', () => undefined);
    request.write('{"query":');
    const closed = new Promise<void>((resolve) => request.on('close', () => resolve()));
    request.destroy();
    await closed;
    expect((await send({ body: { query: MIXED } }, '/graphql')).status).toBe(200);
  });
});
