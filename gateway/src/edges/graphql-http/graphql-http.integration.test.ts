import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createInterviewWorld, type InterviewWorld } from '../../testing/interview-world.js';
import { askGraph, startTestGateway, type TestGateway, tokenFor } from '../../testing/test-gateway.js';
import { TEST_INTERNAL_KEY } from '../../testing/test-subgraph.js';

describe('the graph over HTTP', () => {
  let world: InterviewWorld;
  let gateway: TestGateway;

  beforeAll(async () => {
    world = createInterviewWorld();
    await world.start();
    gateway = await startTestGateway(world);
  });
  afterAll(async () => {
    await gateway.stop();
    await world.stop();
  });

  it('answers one query from several subgraphs', async () => {
    const { status, body } = await askGraph(gateway, '{ rounds { id status aggregate resume { fileName } } }');
    expect(status).toBe(200);
    expect(body).toEqual({
      data: {
        rounds: ['r1', 'r2'].map((id) => ({
          id,
          status: `status of ${id}`,
          aggregate: `aggregate of ${id}`,
          resume: { fileName: `${id}.pdf` },
        })),
      },
    });
  });

  it('passes the viewer on, signed, with the internal key', async () => {
    const authorization = `Bearer ${await tokenFor({ id: 'carl', role: 'CANDIDATE', companyId: 'globex' })}`;
    const { body } = await askGraph(gateway, '{ viewer { id role } }', { authorization });
    expect(body.data).toEqual({ viewer: { id: 'carl', role: 'CANDIDATE' } });
    expect(world.rounds.asked.at(-1)).toMatchObject({
      internalKey: TEST_INTERNAL_KEY,
      viewer: { id: 'carl', companyId: 'globex' },
    });
  });

  it.each(['{ viewer { id } }', '{ __schema { types { name } } }', 'not a query'])(
    'refuses %s without a token before it is looked at',
    async (query) => {
      const { status, body } = await askGraph(gateway, query, { authorization: null });
      expect(status).toBe(401);
      expect(body).toEqual({ errors: [{ message: expect.any(String), extensions: { code: 'AUTH_REQUIRED' } }] });
    },
  );

  it('keeps code, message, path and details of a subgraph’s error, and nothing else', async () => {
    const { body } = await askGraph(gateway, 'mutation { createRound(input: { number: 0, name: "a" }) { id } }');
    expect(body.errors).toEqual([
      {
        message: 'The input is not valid.',
        path: ['createRound'],
        extensions: { code: 'VALIDATION_FAILED', details: [{ path: 'input.number', message: 'must be at least 1' }] },
      },
    ]);
  });

  it('keeps the rest of the answer beside a field that is refused', async () => {
    const { body } = await askGraph(gateway, '{ round(id: "r1") { id secret } }');
    expect(body.data).toEqual({ round: { id: 'r1', secret: null } });
    expect(body.errors).toEqual([
      { message: 'Not for you.', path: ['round', 'secret'], extensions: { code: 'ACCESS_DENIED' } },
    ]);
  });

  it('says nothing of the inside when something unexpected fails', async () => {
    const { body } = await askGraph(gateway, '{ broken }');
    expect(body).toEqual({
      data: { broken: null },
      errors: [
        { message: 'Something went wrong on our side.', path: ['broken'], extensions: { code: 'INTERNAL_ERROR' } },
      ],
    });
  });

  it('lists every variable that does not coerce', async () => {
    const query = `mutation ($input: RoundInput!, $id: ID!) { createRound(input: $input) { id } joinRound(id: $id) { id } }`;
    const { status, body } = await askGraph(gateway, query, { variables: { input: { number: 'one' } } });
    expect(status).toBe(400);
    expect(body.errors?.map((e) => e.extensions)).toEqual([
      { code: 'VALIDATION_FAILED', details: [{ path: 'input.number', message: expect.stringContaining('Int') }] },
      { code: 'VALIDATION_FAILED', details: [{ path: 'input.name', message: expect.any(String) }] },
      { code: 'VALIDATION_FAILED', details: [{ path: 'id', message: expect.stringContaining('required') }] },
    ]);
  });

  it('checks instants itself', async () => {
    const query = 'query ($since: DateTime) { rounds(updatedAfter: $since) { id } }';
    const wrong = await askGraph(gateway, query, { variables: { since: 'yesterday' } });
    expect(wrong.body.errors?.[0]?.extensions).toMatchObject({ code: 'VALIDATION_FAILED' });
    const right = await askGraph(gateway, query, { variables: { since: '2026-01-30T09:30:00.000Z' } });
    expect(right.body.errors).toBeUndefined();
  });

  it.each([
    ['{ rounds {', 'GRAPHQL_PARSE_FAILED'],
    ['{ nothingLikeThis }', 'GRAPHQL_VALIDATION_FAILED'],
    ['query A { viewer { id } } query B { viewer { id } }', 'VALIDATION_FAILED'],
    ['subscription { insightAdded(roundId: "r1") { id } }', 'VALIDATION_FAILED'],
  ])('answers %s with %s', async (query, code) => {
    const { status, body } = await askGraph(gateway, query);
    expect(status).toBe(400);
    expect(body.errors?.[0]?.extensions).toEqual({ code });
  });

  it('refuses a body that is too large', async () => {
    const { status, body } = await askGraph(gateway, '{ viewer { id } }', { variables: { x: 'x'.repeat(300_000) } });
    expect(status).toBe(413);
    expect(body.errors?.[0]?.extensions).toEqual({ code: 'PAYLOAD_TOO_LARGE' });
  });

  describe('against cross-site requests', () => {
    it.each(['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x'])(
      'refuses an operation sent as %s',
      async (contentType) => {
        const { status, body } = await askGraph(gateway, 'mutation { joinRound(id: "csrf") { id } }', {
          headers: { 'content-type': contentType },
        });
        expect(status).toBe(415);
        expect(body.errors?.[0]?.extensions).toEqual({ code: 'UNSUPPORTED_MEDIA_TYPE' });
        expect(world.moves).not.toContain('joinRound csrf helen');
      },
    );

    it('refuses an operation without a content type', async () => {
      const response = await fetch(`${gateway.url}/graphql`, {
        method: 'POST',
        headers: { authorization: `Bearer ${await tokenFor()}` },
        body: new TextEncoder().encode(JSON.stringify({ query: 'mutation { joinRound(id: "csrf") { id } }' })),
      });
      expect(response.status).toBe(415);
      expect(world.moves).not.toContain('joinRound csrf helen');
    });

    it('refuses a mutation by GET, whatever its headers', async () => {
      const query = encodeURIComponent('mutation { joinRound(id: "by-get") { id } }');
      const response = await fetch(`${gateway.url}/graphql?query=${query}`, {
        headers: { authorization: `Bearer ${await tokenFor()}`, 'apollo-require-preflight': '1' },
      });
      expect(response.status).toBe(405);
      expect(world.moves).not.toContain('joinRound by-get helen');
    });

    it('answers a query by GET to the token in its header, which no page can send without asking first', async () => {
      const get = async (headers: Record<string, string>) =>
        fetch(`${gateway.url}/graphql?query={viewer{id}}`, { headers });
      expect((await get({})).status).toBe(401);
      expect((await get({ cookie: `token=${await tokenFor()}` })).status).toBe(401);
      expect((await get({ authorization: `Bearer ${await tokenFor()}` })).status).toBe(200);
    });

    it('does not tell a page from elsewhere that it may send the token', async () => {
      const preflight = async (origin: string) =>
        fetch(`${gateway.url}/graphql`, {
          method: 'OPTIONS',
          headers: {
            origin,
            'access-control-request-method': 'POST',
            'access-control-request-headers': 'authorization,content-type',
          },
        });
      const refused = await preflight('http://evil.example');
      expect(refused.headers.get('access-control-allow-origin')).toBeNull();
      expect(refused.headers.get('access-control-allow-headers')).toBeNull();
      const allowed = await preflight('http://localhost:5173');
      expect(allowed.headers.get('access-control-allow-headers')).toContain('Authorization');
      expect(allowed.headers.get('access-control-allow-credentials')).toBeNull();
    });

    it('lets only allowed pages read answers', async () => {
      const from = (origin: string) => askGraph(gateway, '{ viewer { id } }', { headers: { origin } });
      expect((await from('http://evil.example')).headers.get('access-control-allow-origin')).toBeNull();
      const dashboard = 'http://localhost:5173';
      expect((await from(dashboard)).headers.get('access-control-allow-origin')).toBe(dashboard);
    });
  });

  describe('when a subgraph is down', () => {
    it('takes only its own fields with it, each with an error', async () => {
      await world.resumes.kill();
      try {
        const { status, body } = await askGraph(gateway, '{ rounds { id status resume { fileName } } resumesReady }');
        expect(status).toBe(200);
        expect(body.data).toEqual({
          rounds: ['r1', 'r2'].map((id) => ({ id, status: `status of ${id}`, resume: null })),
          resumesReady: null,
        });
        expect(body.errors?.map((e) => [e.path, e.extensions])).toEqual(
          expect.arrayContaining([
            [['rounds', 0, 'resume'], { code: 'SERVICE_UNAVAILABLE' }],
            [['rounds', 1, 'resume'], { code: 'SERVICE_UNAVAILABLE' }],
            [['resumesReady'], { code: 'SERVICE_UNAVAILABLE' }],
          ]),
        );
        expect(JSON.stringify(body)).not.toMatch(/127\.0\.0\.1|resumes"|ECONN|stack/);
      } finally {
        await world.resumes.start();
      }
      const { body } = await askGraph(gateway, '{ resumesReady }');
      expect(body).toEqual({ data: { resumesReady: true } });
    });

    it('does not wait longer than the time limit for one that hangs', async () => {
      const released = Promise.withResolvers<void>();
      world.resumes.beforeAnswer = () => released.promise;
      try {
        const { body } = await askGraph(gateway, '{ round(id: "r1") { status resume { fileName } } }');
        expect(body.data).toEqual({ round: { status: 'status of r1', resume: null } });
        expect(body.errors?.[0]).toMatchObject({
          path: ['round', 'resume'],
          extensions: { code: 'SERVICE_UNAVAILABLE' },
        });
      } finally {
        released.resolve();
        world.resumes.beforeAnswer = async () => undefined;
      }
    });
  });
});
