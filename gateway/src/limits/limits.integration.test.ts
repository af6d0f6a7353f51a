/** The rate limits as clients meet them, on two gateways that share one Redis. */
import { randomUUID } from 'node:crypto';
import { createLog } from '@interview/runtime/log';
import { connectRedis, type RedisConnection } from '@interview/runtime/redis';
import { keys } from '@interview/schema/keys';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { FeedClient } from '../testing/feed-client.js';
import { connectInterview } from '../testing/interview-client.js';
import { createInterviewWorld, type InterviewWorld } from '../testing/interview-world.js';
import { StreamClient } from '../testing/stream-client.js';
import { startTestGateway, type TestGateway, tokenFor } from '../testing/test-gateway.js';

const LIMITS = {
  RATE_LIMIT_MAX_REQUESTS: '5',
  RATE_LIMIT_WINDOW_MS: '60000',
  RATE_LIMIT_UPLOADS_PER_HOUR: '3',
  RATE_LIMIT_SOCKETS_PER_MINUTE: '5',
};

describe('rate limits', () => {
  let world: InterviewWorld;
  /** Behind one proxy, which tells the address; the second one is before the world directly. */
  let gateways: readonly [TestGateway, TestGateway];
  let bare: TestGateway;
  let redis: RedisConnection;
  const clients: { close(): unknown }[] = [];

  beforeAll(async () => {
    world = createInterviewWorld();
    await world.start();
    const behindProxy = { ...LIMITS, TRUST_PROXY_HOPS: '1' };
    gateways = [await startTestGateway(world, behindProxy), await startTestGateway(world, behindProxy)];
    bare = await startTestGateway(world, LIMITS);
    redis = connectRedis(process.env['REDIS_URL'] ?? 'redis://127.0.0.1:6379', 'commands', createLog('test', 'silent'));
  });
  afterEach(() => {
    for (const client of clients.splice(0)) client.close();
  });
  afterAll(async () => {
    redis.disconnect();
    for (const gateway of [...gateways, bare]) await gateway.stop();
    await world.stop();
  });

  let lastAddress = 0;
  /** One that no other test has. */
  const freshAddress = () => `2001:db8:${process.pid.toString(16)}:${(++lastAddress).toString(16)}::1`;
  const ask = async (gateway: TestGateway, path: string, headers: Record<string, string> = {}) => {
    const authorization = `Bearer ${await tokenFor()}`;
    const query = path === '/graphql' ? '?query={viewer{id}}' : '';
    return fetch(`${gateway.url}${path}${query}`, { headers: { authorization, ...headers } });
  };

  describe('of an address', () => {
    it('count what any replica answers, on the graph and on REST, and answer in the form of the route', async () => {
      const from = { 'x-forwarded-for': freshAddress() };
      const [one, other] = gateways;
      const passing = [
        await ask(one, '/graphql', from),
        await ask(other, '/graphql', from),
        await ask(one, '/api/nothing', from),
        await ask(other, '/api/resumes/files/a.pdf', from),
        // A token that is refused counts too.
        await ask(one, '/graphql', { ...from, authorization: 'Bearer x.y.z' }),
      ];
      expect(passing.map((r) => r.status)).toEqual([200, 200, 404, 404, 401]);
      expect(passing.map((r) => r.headers.get('ratelimit'))).toEqual(
        [4, 3, 2, 1, 0].map((left) => expect.stringMatching(new RegExp(`^"requests";r=${left};t=\\d+$`))),
      );
      expect(new Set(passing.map((r) => r.headers.get('ratelimit-policy')))).toEqual(new Set(['"requests";q=5;w=60']));

      const graph = await ask(other, '/graphql', from);
      const rest = await ask(one, '/api/resumes/files/a.pdf', from);
      expect([graph.status, rest.status]).toEqual([429, 429]);
      const message = expect.stringMatching(
        /^Too many: at most 5 requests of one address in 60 s\. Try again in \d+ s\.$/,
      );
      expect(await graph.json()).toEqual({ errors: [{ message, extensions: { code: 'RATE_LIMITED' } }] });
      expect(await rest.json()).toEqual({ error: { code: 'RATE_LIMITED', message } });
      for (const { headers } of [graph, rest]) {
        const retryAfter = Number(headers.get('retry-after'));
        expect(retryAfter).toBeGreaterThan(0);
        expect(retryAfter).toBeLessThanOrEqual(60);
        expect(headers.get('ratelimit')).toBe(`"requests";r=0;t=${retryAfter}`);
      }
    });

    it('let pages read why and when to come again', async () => {
      const headers = { 'x-forwarded-for': freshAddress(), origin: 'http://localhost:5173' };
      for (let i = 0; i < 5; i++) await ask(gateways[0], '/graphql', headers);
      const refused = await ask(gateways[0], '/graphql', headers);
      expect(refused.status).toBe(429);
      expect(refused.headers.get('access-control-allow-origin')).toBe(headers.origin);
      expect(refused.headers.get('access-control-expose-headers')).toMatch(/Retry-After.*RateLimit/);
    });

    it('do not count health, metrics and pages', async () => {
      const from = { 'x-forwarded-for': freshAddress() };
      for (let i = 0; i < 3; i++) {
        for (const path of ['/health/live', '/metrics', '/graphiql', '/api/openapi.json']) {
          const { headers } = await ask(gateways[0], path, from);
          expect([path, headers.get('ratelimit')]).toEqual([path, null]);
        }
      }
      expect((await ask(gateways[0], '/graphql', from)).headers.get('ratelimit')).toContain('r=4');
    });

    it('are not evaded by what a client writes before the proxy’s own entry', async () => {
      const own = freshAddress();
      const statuses = [];
      for (let i = 0; i < 6; i++) {
        const { status } = await ask(gateways[0], '/graphql', { 'x-forwarded-for': `198.51.100.${i}, ${own}` });
        statuses.push(status);
      }
      expect(statuses).toEqual([200, 200, 200, 200, 200, 429]);
      // Another host of the same network: one subscriber has them all.
      const neighbour = own.replace('::1', ':a:b:c:d');
      expect((await ask(gateways[0], '/graphql', { 'x-forwarded-for': neighbour })).status).toBe(429);
      expect((await ask(gateways[0], '/graphql', { 'x-forwarded-for': freshAddress() })).status).toBe(200);
    });

    it('are not evaded by X-Forwarded-For where there is no proxy', async () => {
      await redis.del(keys.rateLimit('requests', '127.0.0.1'));
      const statuses = [];
      for (let i = 0; i < 6; i++) {
        const { status } = await ask(bare, '/graphql', {
          'x-forwarded-for': `198.51.100.${i}`,
          forwarded: `for=[::${i}]`,
        });
        statuses.push(status);
      }
      await redis.del(keys.rateLimit('requests', '127.0.0.1'));
      expect(statuses).toEqual([200, 200, 200, 200, 200, 429]);
    });
  });

  describe('of a user’s uploads', () => {
    /** The resumes subgraph of the world accepts or refuses by the file's text. */
    beforeAll(() => {
      world.resumes.otherRoutes = (request, response) => {
        let body = '';
        request.on('data', (chunk) => (body += chunk));
        request.on('end', () => {
          const status = body.includes('a good resume') ? 201 : 415;
          response.writeHead(status, { 'content-type': 'application/json' }).end('{}');
        });
      };
    });

    const upload = async (user: string, content: string, gateway = gateways[0]) => {
      const form = new FormData();
      form.set('resume', new Blob([content]), 'resume.pdf');
      const response = await fetch(`${gateway.url}/api/resumes/upload`, {
        method: 'POST',
        headers: { authorization: `Bearer ${await tokenFor({ id: user })}`, 'x-forwarded-for': freshAddress() },
        body: form,
      });
      await response.arrayBuffer();
      return response;
    };

    it('count what is accepted, whichever replica takes it', async () => {
      const user = randomUUID();
      expect((await upload(user, 'not a resume')).status).toBe(415);
      for (const gateway of [...gateways, gateways[0]])
        expect((await upload(user, 'a good resume', gateway)).status).toBe(201);
      const refused = await upload(user, 'a good resume', gateways[1]);
      expect(refused.status).toBe(429);
      expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(3500);
      expect(refused.headers.get('ratelimit-policy')).toBe('"requests";q=5;w=60, "uploads";q=3;w=3600');
      expect((await upload(randomUUID(), 'a good resume')).status).toBe(201);
    });

    it('do not let more pass that come at once', async () => {
      const user = randomUUID();
      const answers = await Promise.all(
        Array.from({ length: 8 }, (_, i) => upload(user, 'a good resume', gateways[i % 2 ? 1 : 0])),
      );
      expect(answers.filter((a) => a.status === 201)).toHaveLength(3);
      expect(answers.filter((a) => a.status === 429)).toHaveLength(5);
    });

    it('are another company’s own, for a user of the same name', async () => {
      const user = randomUUID();
      for (let i = 0; i < 3; i++) await upload(user, 'a good resume');
      expect((await upload(user, 'a good resume')).status).toBe(429);
      const form = new FormData();
      form.set('resume', new Blob(['a good resume']), 'resume.pdf');
      const { status } = await fetch(`${gateways[0].url}/api/resumes/upload`, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${await tokenFor({ id: user, companyId: 'globex' })}`,
          'x-forwarded-for': freshAddress(),
        },
        body: form,
      });
      expect(status).toBe(201);
    });
  });

  describe('of a user’s connections', () => {
    const openFeed = async (user: string, gateway: TestGateway = gateways[0]) => {
      const client = await FeedClient.connect(gateway.url);
      clients.push(client);
      client.init(`Bearer ${await tokenFor({ id: user })}`);
      return Promise.race([client.closed, client.message('connection_ack')]);
    };
    const openInterview = async (user: string, gateway: TestGateway = gateways[1]) => {
      const { socket } = await connectInterview(gateway.url, await tokenFor({ id: user }));
      clients.push(socket);
    };

    const openStream = async (user: string, path: string, gateway: TestGateway = gateways[0]) => {
      const client = await StreamClient.ask(`${gateway.url}${path}`, {
        token: await tokenFor({ id: user }),
        headers: { accept: path === '/graphql' ? 'multipart/mixed;subscriptionSpec=1.0' : 'text/event-stream' },
        body: { query: 'subscription { insightAdded(roundId: "r1") { id } }' },
      });
      clients.push({ close: () => client.abort() });
      return client.status;
    };

    it('count WebSocket, server-sent events, multipart and Socket.IO together, on every replica', async () => {
      const user = randomUUID();
      for (const gateway of gateways) expect(await openFeed(user, gateway)).toHaveProperty('type');
      expect(await openStream(user, '/graphql/stream', gateways[1])).toBe(200);
      expect(await openStream(user, '/graphql')).toBe(200);
      await openInterview(user);
      for (const path of ['/graphql/stream', '/graphql']) expect(await openStream(user, path)).toBe(429);
      expect(await openFeed(user)).toEqual({ code: 1013, reason: 'RATE_LIMITED' });
      await expect(openInterview(user)).rejects.toMatchObject({
        data: { code: 'RATE_LIMITED', message: expect.stringMatching(/at most 5 connections of one user in 60 s/) },
      });
      expect(await openFeed(randomUUID())).toHaveProperty('type', 'connection_ack');
    });

    it('do not count a renewed token, nor a token that was refused', async () => {
      const user = randomUUID();
      const client = await FeedClient.open(gateways[0].url, await tokenFor({ id: user }));
      clients.push(client);
      for (let i = 0; i < 6; i++) {
        client.send({ type: 'ping', payload: { authorization: `Bearer ${await tokenFor({ id: user })}` } });
      }
      await client.until((messages) => messages.filter((m) => m.type === 'pong').length === 6);
      expect(await openFeed(user)).toHaveProperty('type', 'connection_ack');
    });
  });
});

describe('rate limits while Redis is away', () => {
  let world: InterviewWorld;
  let gateway: TestGateway;
  beforeAll(async () => {
    world = createInterviewWorld();
    await world.start();
    // Port 1 of this machine: nobody listens there.
    gateway = await startTestGateway(world, { ...LIMITS, REDIS_URL: 'redis://127.0.0.1:1' });
  });
  afterAll(async () => {
    await gateway.stop();
    await world.stop();
  });

  it('are counted by the gateway itself', async () => {
    const statuses = [];
    for (let i = 0; i < 6; i++) {
      const authorization = `Bearer ${await tokenFor()}`;
      statuses.push((await fetch(`${gateway.url}/graphql?query={viewer{id}}`, { headers: { authorization } })).status);
    }
    expect(statuses).toEqual([200, 200, 200, 200, 200, 429]);
    const metrics = await (await fetch(`${gateway.url}/metrics`)).text();
    expect(metrics).toMatch(/rate_limited_total\{.*limit="requests".*\} 1/);
  });
});
