/** Outages of what the gateway stands on, and its own end. */

import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { createLog } from '@interview/runtime/log';
import { connectRedis, redisReady } from '@interview/runtime/redis';
import { keys } from '@interview/schema/keys';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { FeedClient } from './testing/feed-client.js';
import { connectInterview } from './testing/interview-client.js';
import { createInterviewWorld, type InterviewWorld } from './testing/interview-world.js';
import { askGraph, startTestGateway, type TestGateway, tokenFor } from './testing/test-gateway.js';

const REDIS_URL = process.env['REDIS_URL'] ?? 'redis://127.0.0.1:6379';

/** Stands between the gateway and Redis, and can be cut. */
class RedisWire {
  readonly #sockets = new Set<Socket>();
  #server: Server | undefined;
  #port = 0;

  async open(): Promise<void> {
    const { hostname, port } = new URL(REDIS_URL);
    this.#server = createServer((near) => {
      const far = connect(Number(port), hostname);
      for (const socket of [near, far]) {
        this.#sockets.add(socket);
        socket.on('error', () => socket.destroy());
        socket.on('close', () => this.#sockets.delete(socket));
      }
      near.pipe(far).pipe(near);
    }).listen(this.#port, '127.0.0.1');
    await once(this.#server, 'listening');
    const address = this.#server.address();
    this.#port = typeof address === 'object' && address ? address.port : 0;
  }

  get url(): string {
    return `redis://127.0.0.1:${this.#port}${new URL(REDIS_URL).pathname}`;
  }

  async cut(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    const closed = this.#server && once(this.#server, 'close');
    this.#server?.close();
    await closed;
  }
}

describe('the gateway', () => {
  let world: InterviewWorld;
  let wire: RedisWire;
  let gateway: TestGateway;

  beforeEach(async () => {
    world = createInterviewWorld();
    wire = new RedisWire();
    await world.start();
    await wire.open();
    gateway = await startTestGateway(world, { REDIS_URL: wire.url });
  });
  afterEach(async () => {
    await gateway.stop();
    await world.stop();
    await wire.cut();
  });

  it('tells who sends media to send it again while Redis is away, and takes it once', async () => {
    const redis = connectRedis(REDIS_URL, 'commands', createLog('test', 'silent'));
    await redisReady(redis);
    const id = randomUUID();
    const round = { id, version: 1, companyId: 'acme', candidateId: 'carl', interviewerId: null, consentGiven: true };
    const state = { ...round, status: 'IN_PROGRESS', mode: 'AI_CONDUCTED', startedAtMs: 0, questions: [] };
    await redis.set(keys.round(id), JSON.stringify(state), 'EX', 60);
    const carl = await connectInterview(gateway.url, await tokenFor({ id: 'carl', role: 'CANDIDATE' }));
    const chunk = { roundId: id, chunk: Buffer.alloc(3200), timestamp: Date.now() };
    expect(await carl.ask('audio-chunk', chunk)).toEqual({ ok: true });

    await wire.cut();
    const next = { ...chunk, timestamp: chunk.timestamp + 100 };
    expect(await carl.ask('audio-chunk', next)).toMatchObject({ error: { code: 'SERVICE_UNAVAILABLE' } });
    // Everything else is answered as ever.
    expect((await askGraph(gateway, '{ viewer { id } }')).body.errors).toBeUndefined();

    await wire.open();
    let answer: unknown;
    do {
      answer = await carl.ask('audio-chunk', next);
    } while (JSON.stringify(answer) !== '{"ok":true}');
    expect(await carl.ask('audio-chunk', chunk)).toEqual({ ok: true });
    expect(await redis.xlen(keys.audio(id))).toBe(2);
    carl.socket.close();
    redis.disconnect();
  });

  it('closes feeds with 1001 when it stops, after it has said that it is not ready', async () => {
    const client = await FeedClient.open(gateway.url, await tokenFor());
    client.subscribe('feed', 'subscription { insightAdded(roundId: "r") { id } }');
    await world.insights.until(() => world.insights.open === 1);
    const stopped = gateway.stop();
    expect(await client.closed).toEqual({ code: 1001, reason: 'Going away' });
    await stopped;
    await world.insights.until(() => world.insights.open === 0);
    await expect(fetch(`${gateway.url}/health/live`)).rejects.toThrow();
  });

  it('goes on with a feed that fails inside the subgraph by accident, and ends one that never began so', async () => {
    const client = await FeedClient.open(gateway.url, await tokenFor());
    client.subscribe('feed', 'subscription { insightAdded(roundId: "shaky") { id } }');
    await world.insights.until(() => world.insights.open === 1);
    world.log.append('shaky');
    await client.message('next', 'feed');
    world.log.emit('accident');
    world.log.append('shaky');
    await client.until(() => client.results('feed').length === 2);
    expect(client.results('feed').map((r) => r.data)).toEqual([
      { insightAdded: { id: 'insight-1' } },
      { insightAdded: { id: 'insight-2' } },
    ]);

    client.subscribe('broken', 'subscription { insightAdded(roundId: "broken") { id } }');
    expect((await client.message('error', 'broken')).payload).toEqual([
      { message: 'Something went wrong on our side.', path: ['insightAdded'], extensions: { code: 'INTERNAL_ERROR' } },
    ]);
    client.close();
  });
});
