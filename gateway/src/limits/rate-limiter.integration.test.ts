import { randomUUID } from 'node:crypto';
import { createLog } from '@interview/runtime/log';
import { connectRedis, type RedisConnection, redisReady } from '@interview/runtime/redis';
import { keys } from '@interview/schema/keys';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { createRateLimiter, type RateLimit } from './rate-limiter.js';

const log = createLog('gateway', 'silent');
const HOUR = 3_600_000;
const limitOf = (quota: number, windowMs = HOUR): RateLimit => ({ name: 'uploads', quota, windowMs });

describe('a rate limit in Redis', () => {
  const url = process.env['REDIS_URL'] ?? 'redis://127.0.0.1:6379';
  const connections: RedisConnection[] = [];
  const connect = async () => {
    const redis = connectRedis(url, 'commands', log);
    connections.push(redis);
    await redisReady(redis);
    return redis;
  };
  let redis: RedisConnection;
  beforeAll(async () => {
    redis = await connect();
  });
  afterAll(() => {
    for (const connection of connections) connection.disconnect();
  });

  it('lets the quota pass and tells how long until the next', async () => {
    const limiter = createRateLimiter(redis, log);
    const subject = randomUUID();
    const remaining = [];
    for (let i = 0; i < 3; i++) remaining.push((await limiter.take(limitOf(3), subject)).remaining);
    expect(remaining).toEqual([2, 1, 0]);
    const refused = await limiter.take(limitOf(3), subject);
    expect(refused).toMatchObject({ taken: false, remaining: 0 });
    expect(refused.freeInMs).toBeGreaterThan(HOUR - 60_000);
    expect(refused.freeInMs).toBeLessThanOrEqual(HOUR);
    expect((await limiter.take(limitOf(3), randomUUID())).taken).toBe(true);
  });

  it('is one limit for several replicas, also when they ask at once', async () => {
    const replicas = [createRateLimiter(redis, log), createRateLimiter(await connect(), log)];
    const subject = randomUUID();
    const places = await Promise.all(Array.from({ length: 40 }, (_, i) => replicas[i % 2]?.take(limitOf(10), subject)));
    expect(places.filter((place) => place?.taken)).toHaveLength(10);
  });

  it('lets nobody wait twice for a Redis that takes a command and never answers', async () => {
    const silent = await connect();
    jest.spyOn(silent, 'evalsha').mockReturnValue(new Promise(() => undefined));
    const limiter = createRateLimiter(silent, log);
    const subject = randomUUID();
    const start = performance.now();
    const first = limiter.take(limitOf(10), subject);
    await new Promise((resolve) => setImmediate(resolve));
    const meanwhile = Array.from({ length: 5 }, () => limiter.take(limitOf(10), subject));
    const places = await Promise.all([first, ...meanwhile]);
    expect(performance.now() - start).toBeLessThan(450);
    expect(places.every(({ taken }) => taken)).toBe(true);
  });

  it('counts those that come together as one after the other, in few calls', async () => {
    const limiter = createRateLimiter(redis, log);
    const subject = randomUUID();
    const calls = jest.spyOn(redis, 'evalsha');
    const places = await Promise.all(Array.from({ length: 40 }, () => limiter.take(limitOf(10), subject)));
    expect(calls.mock.calls.length).toBe(2);
    calls.mockRestore();
    expect(places.map((place) => place.taken)).toEqual(Array.from({ length: 40 }, (_, i) => i < 10));
    expect(places.slice(0, 11).map((place) => place.remaining)).toEqual([9, 8, 7, 6, 5, 4, 3, 2, 1, 0, 0]);
    for (const { freeInMs } of places) expect(freeInMs).toBeGreaterThan(HOUR - 60_000);
    await places[3]?.giveBack();
    const again = await Promise.all([limiter.take(limitOf(10), subject), limiter.take(limitOf(10), subject)]);
    expect(again.map((place) => place.taken)).toEqual([true, false]);
  });

  it('frees a place when its own time has left the window, and not before', async () => {
    const limiter = createRateLimiter(redis, log);
    const subject = randomUUID();
    const key = keys.rateLimit('uploads', subject);
    const [seconds = 0] = await redis.time();
    const ago = (ms: number) => String((Number(seconds) * 1000 - ms) * 1000);
    // Two that were taken on either side of the window's edge.
    await redis.rpush(key, ago(HOUR + 1000), ago(HOUR - 60_000));
    expect(await limiter.take(limitOf(2), subject)).toMatchObject({ taken: true, remaining: 0 });
    const refused = await limiter.take(limitOf(2), subject);
    expect(refused.taken).toBe(false);
    expect(refused.freeInMs).toBeLessThanOrEqual(60_000);
    expect(await redis.llen(key)).toBe(2);
    expect(await redis.pttl(key)).toBeGreaterThan(HOUR - 60_000);
  });

  it('forgets a place that was given back, once', async () => {
    const limiter = createRateLimiter(redis, log);
    const subject = randomUUID();
    await limiter.take(limitOf(2), subject);
    const second = await limiter.take(limitOf(2), subject);
    const refused = await limiter.take(limitOf(2), subject);
    await refused.giveBack();
    expect((await limiter.take(limitOf(2), subject)).taken).toBe(false);
    await second.giveBack();
    await second.giveBack();
    expect((await limiter.take(limitOf(2), subject)).taken).toBe(true);
    expect((await limiter.take(limitOf(2), subject)).taken).toBe(false);
  });

  it('survives that Redis has forgotten the script', async () => {
    const limiter = createRateLimiter(redis, log);
    const subject = randomUUID();
    await limiter.take(limitOf(1), subject);
    await redis.script('FLUSH');
    expect((await limiter.take(limitOf(1), subject)).taken).toBe(false);
  });
});

describe('a rate limit while Redis is away', () => {
  let redis: RedisConnection;
  beforeAll(() => {
    // Port 1 of this machine: nobody listens there.
    redis = connectRedis('redis://127.0.0.1:1', 'commands', log);
  });
  afterAll(() => redis.disconnect());

  it('is counted by the process, with the same quota and window', async () => {
    let now = 1_000_000;
    const limiter = createRateLimiter(redis, log, () => now);
    const take = () => limiter.take(limitOf(2, 60_000), 'somebody');
    expect(await take()).toMatchObject({ taken: true, remaining: 1 });
    now += 20_000;
    expect(await take()).toMatchObject({ taken: true, remaining: 0, freeInMs: 40_000 });
    expect(await take()).toMatchObject({ taken: false, remaining: 0, freeInMs: 40_000 });
    expect((await limiter.take(limitOf(2, 60_000), 'somebody else')).taken).toBe(true);
    now += 40_000;
    const third = await take();
    expect(third.taken).toBe(true);
    expect((await take()).taken).toBe(false);
    await third.giveBack();
    expect((await take()).taken).toBe(true);
  });
});
