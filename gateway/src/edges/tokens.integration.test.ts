/** The token attacks, each on every way in. */
import { createHmac, generateKeyPairSync, sign } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { FeedClient } from '../testing/feed-client.js';
import { connectInterview } from '../testing/interview-client.js';
import { createInterviewWorld, type InterviewWorld } from '../testing/interview-world.js';
import { StreamClient } from '../testing/stream-client.js';
import { askGraph, startTestGateway, TEST_JWT_SECRET, type TestGateway } from '../testing/test-gateway.js';

const FEED = 'subscription { insightAdded(roundId: "r1") { id } }';
const MULTIPART = 'multipart/mixed;subscriptionSpec=1.0';

const now = Math.floor(Date.now() / 1000);
const CLAIMS = {
  sub: 'helen',
  role: 'ADMIN',
  companyId: 'acme',
  iat: now,
  exp: now + 3600,
  iss: 'https://issuer.example',
  aud: 'interviews',
};
const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
const hmac = (input: string, secret: string, hash = 'sha256') =>
  createHmac(hash, secret).update(input).digest('base64url');

function token(claims: object = {}, header: object = {}, secret = TEST_JWT_SECRET, hash = 'sha256'): string {
  const signed = `${part({ alg: 'HS256', typ: 'JWT', ...header })}.${part({ ...CLAIMS, ...claims })}`;
  return `${signed}.${hmac(signed, secret, hash)}`;
}
const unsigned = (alg: string) => `${part({ alg, typ: 'JWT' })}.${part(CLAIMS)}.`;

const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
function rs256(): string {
  const signed = `${part({ alg: 'RS256', typ: 'JWT' })}.${part(CLAIMS)}`;
  return `${signed}.${sign('sha256', Buffer.from(signed), rsa.privateKey).toString('base64url')}`;
}
const publicPem = rsa.publicKey.export({ type: 'spki', format: 'pem' }).toString();
const attackerKey = 'attacker-secret-0123456789abcdef0123456789';
const octKey = { kty: 'oct', k: Buffer.from(attackerKey).toString('base64url'), alg: 'HS256' };

const ATTACKS: [string, string][] = [
  ...['none', 'None', 'NONE', 'nOnE'].map((alg): [string, string] => [`alg ${alg}`, unsigned(alg)]),
  ['RS256 by a key of the attacker', rs256()],
  ['HS256 by a public key', token({}, {}, publicPem)],
  ['HS384 by the right secret', token({}, { alg: 'HS384' }, TEST_JWT_SECRET, 'sha384')],
  ['HS512 by the right secret', token({}, { alg: 'HS512' }, TEST_JWT_SECRET, 'sha512')],
  ['kid that climbs to an empty file', token({}, { kid: '../../../../../dev/null' }, '\0')],
  ['jku of the attacker', token({}, { jku: 'https://evil.example/jwks.json', kid: '1' }, attackerKey)],
  ['x5u of the attacker', token({}, { x5u: 'https://evil.example/cert.pem' }, attackerKey)],
  ['embedded jwk', token({}, { jwk: octKey }, attackerKey)],
  ['a critical header that nobody knows', token({}, { crit: ['b64'], b64: false })],
  ['expired', token({ exp: now - 60 })],
  ['not valid yet', token({ nbf: now + 600 })],
  ['no exp', token({ exp: undefined })],
  ['exp as a text', token({ exp: `${now + 3600}` })],
  ['a refresh token', token({}, { typ: 'rt+jwt' })],
  ['a logout token', token({}, { typ: 'logout+jwt' })],
  ['another audience', token({ aud: 'payroll' })],
  ['no audience', token({ aud: undefined })],
  ['another issuer', token({ iss: 'https://evil.example' })],
  ['empty signature', token().replace(/[^.]+$/, '')],
  ['cut signature', token().slice(0, -6)],
  ['changed claims', token().replace(/\.[^.]+\./, `.${part({ ...CLAIMS, companyId: 'globex' })}.`)],
  ['unknown role', token({ role: 'ROOT' })],
  ['role as a list', token({ role: ['ADMIN'] })],
  ['no company', token({ companyId: undefined })],
  ['company as a list', token({ companyId: ['acme', 'globex'] })],
  ['no subject', token({ sub: undefined })],
  ['no token at all', 'x.y.z'],
];

describe('a token that cannot be trusted', () => {
  let world: InterviewWorld;
  let gateway: TestGateway;

  beforeAll(async () => {
    world = createInterviewWorld();
    await world.start();
    gateway = await startTestGateway(world, { JWT_ISSUER: CLAIMS.iss, JWT_AUDIENCE: CLAIMS.aud });
  });
  afterAll(async () => {
    await gateway.stop();
    await world.stop();
  });

  const subscribeOverHttp = (path: string, accept: string, bearer: string | null, method = 'POST') =>
    StreamClient.ask(`${gateway.url}${path}`, {
      method,
      headers: { accept },
      token: bearer,
      ...(method === 'POST' ? { body: { query: FEED } } : {}),
    });
  /** The code of a refusal; undefined for a stream. */
  const codeOf = async (client: StreamClient): Promise<string | undefined> => {
    if (client.status === 200) return void client.abort();
    await client.ended;
    return client.status === 401 ? JSON.parse(client.text).errors[0].extensions.code : `status ${client.status}`;
  };

  /** The code that each way in answers a token with; undefined when it lets it in. */
  const ways: Record<string, (bearer: string) => Promise<string | undefined>> = {
    HTTP: async (bearer) => {
      const { status, body } = await askGraph(gateway, '{ viewer { id } }', { authorization: `Bearer ${bearer}` });
      return status === 401 ? String(body.errors?.[0]?.extensions['code']) : undefined;
    },
    WebSocket: async (bearer) => {
      const client = await FeedClient.connect(gateway.url);
      client.init(`Bearer ${bearer}`);
      const outcome = await Promise.race([client.closed, client.message('connection_ack')]);
      client.close();
      return 'code' in outcome && outcome.code === 4403 ? outcome.reason : undefined;
    },
    'server-sent events': async (bearer) =>
      codeOf(await subscribeOverHttp('/graphql/stream', 'text/event-stream', bearer)),
    'server-sent events by GET': async (bearer) => {
      const path = `/graphql/stream?${new URLSearchParams({ query: FEED })}`;
      return codeOf(await subscribeOverHttp(path, 'text/event-stream', bearer, 'GET'));
    },
    'multipart subscriptions': async (bearer) => codeOf(await subscribeOverHttp('/graphql', MULTIPART, bearer)),
    'Socket.IO': async (bearer) => {
      try {
        (await connectInterview(gateway.url, bearer)).socket.close();
        return undefined;
      } catch (error) {
        return (error as { data: { code: string } }).data.code;
      }
    },
    REST: async (bearer) => {
      const response = await fetch(`${gateway.url}/api/rounds/3e9e9c1e-6f0d-4a55-9f5e-2f6f6d1f7a13`, {
        headers: { authorization: `Bearer ${bearer}` },
      });
      const { error } = (await response.json()) as { error?: { code: string } };
      return response.status === 401 ? error?.code : undefined;
    },
    'resume files': async (bearer) => {
      const response = await fetch(`${gateway.url}/api/resumes/files/a.pdf`, {
        headers: { authorization: `Bearer ${bearer}` },
      });
      const { error } = (await response.json()) as { error: { code: string } };
      return response.status === 401 ? error.code : undefined;
    },
  };

  describe.each(Object.keys(ways))('over %s', (way) => {
    const tryOn = ways[way] ?? (async () => undefined);

    it.each(ATTACKS)('is refused: %s', async (_attack, bearer) => {
      expect(await tryOn(bearer)).toBe('INVALID_TOKEN');
    });

    it('is not confused with a good one', async () => {
      world.resumes.otherRoutes = (_request, response) => response.writeHead(200).end('{}');
      expect(await tryOn(token())).toBeUndefined();
    });
  });

  it('gives nothing away to one who has none, on any way in', async () => {
    const http = await askGraph(gateway, '{ viewer { id } }', { authorization: null });
    expect([http.status, http.body.errors?.[0]?.extensions]).toEqual([401, { code: 'AUTH_REQUIRED' }]);

    const feed = await FeedClient.connect(gateway.url);
    feed.init();
    for (const [path, accept] of [
      ['/graphql/stream', 'text/event-stream'],
      ['/graphql', MULTIPART],
    ] as const) {
      expect(await codeOf(await subscribeOverHttp(path, accept, null))).toBe('AUTH_REQUIRED');
    }
    // A token in the address is none: addresses are logged.
    const inAddress = `/graphql/stream?${new URLSearchParams({ query: FEED, token: token(), authorization: `Bearer ${token()}` })}`;
    expect(await codeOf(await subscribeOverHttp(inAddress, 'text/event-stream', null, 'GET'))).toBe('AUTH_REQUIRED');
    expect(await feed.closed).toEqual({ code: 4403, reason: 'AUTH_REQUIRED' });

    await expect(connectInterview(gateway.url, undefined)).rejects.toMatchObject({ data: { code: 'AUTH_REQUIRED' } });
    await expect(connectInterview(gateway.url, { $ne: '' })).rejects.toMatchObject({ data: { code: 'INVALID_TOKEN' } });

    for (const [method, path] of [
      ['POST', '/api/resumes/upload'],
      ['GET', '/api/rounds/x'],
      ['POST', '/api/verdicts'],
    ]) {
      const rest = await fetch(`${gateway.url}${path}`, { method: `${method}` });
      expect([rest.status, await rest.json()]).toMatchObject([401, { error: { code: 'AUTH_REQUIRED' } }]);
    }
  });
});
