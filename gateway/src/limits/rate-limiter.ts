/**
 * Counts what somebody does against a limit, in Redis, so that every replica of the gateway counts the same.
 *
 * An exact sliding window: Redis keeps the time of each place that was taken, oldest first, and a place comes
 * back when its time leaves the window. So in no stretch of a window's length more than the quota passes.
 * (GCRA and fixed windows need less memory but let up to twice the quota pass around a window's edge, which for
 * three uploads an hour is six.) Memory is bounded by the quota: 100 times are about 1 KB. What is refused is
 * not counted, so who keeps knocking is let in as soon as a place is free.
 *
 * Those of one subject that come while a call is under way are counted by the next one together: an address that
 * sends much does not cost a call for each request.
 *
 * While Redis is away each process counts for itself with the same limits: with n replicas up to n times the
 * quota passes, and nobody is locked out.
 */
import { createHash } from 'node:crypto';
import type { Logger } from '@interview/runtime/log';
import type { RedisConnection } from '@interview/runtime/redis';
import { keys } from '@interview/schema/keys';
import { createLocalWindows } from './local-windows.js';

export interface RateLimit {
  /** Part of the key, and the policy's name in the answer's headers. */
  name: 'requests' | 'uploads' | 'sockets';
  /** How much passes in a window. */
  quota: number;
  windowMs: number;
}

export interface Place {
  taken: boolean;
  /** How many more pass at this moment. */
  remaining: number;
  /** When the next place comes back, in milliseconds from now. */
  freeInMs: number;
  /** Undoes the taking, for what did not come about. Does nothing where no place was taken. */
  giveBack(): Promise<void>;
}

export interface RateLimiter {
  /** Takes a place for `subject`, if there is one. Never fails. */
  take(limit: RateLimit, subject: string): Promise<Place>;
}

/** A Redis that takes longer is as good as away: the limiter stands before every request. */
const PATIENCE_MS = 250;
/** How long Redis is left alone after it failed. */
const AWAY_MS = 1000;

/**
 * KEYS[1] the list of times; ARGV quota, window (µs), how many places are wanted. Answers how many were taken, how many
 * had been before, free in (µs) for those who got one and for those who did not, and the time of those taken.
 */
const TAKE = `
local clock = redis.call('TIME')
local now = clock[1] * 1000000 + clock[2]
local quota, window, wanted = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local oldest = redis.call('LINDEX', KEYS[1], 0)
while oldest and oldest + window <= now do
  redis.call('LPOP', KEYS[1])
  oldest = redis.call('LINDEX', KEYS[1], 0)
end
local used = redis.call('LLEN', KEYS[1])
local taken = math.max(0, math.min(wanted, quota - used))
local own = string.format('%.0f', now)
for _ = 1, taken do redis.call('RPUSH', KEYS[1], own) end
if taken > 0 then redis.call('PEXPIRE', KEYS[1], math.ceil(window / 1000)) end
local refused = 0
if taken < wanted then refused = redis.call('LINDEX', KEYS[1], used + taken - quota) + window - now end
return {taken, used, (oldest or own) + window - now, refused, own}`;
const TAKE_SHA = createHash('sha1').update(TAKE).digest('hex');

/** @param now the process's clock in milliseconds, for the counting without Redis */
export function createRateLimiter(redis: RedisConnection, log: Logger, now: () => number = Date.now): RateLimiter {
  const local = createLocalWindows(now);
  /** Who waits for the call of their subject that is under way, to be counted together by the next. */
  const waiting = new Map<string, ((place: Promise<Place>) => void)[]>();
  let awayUntil = 0;

  const hand = (places: Promise<Place[]>, takers: readonly ((place: Promise<Place>) => void)[]) => {
    for (const [index, resolve] of takers.entries()) {
      // There are as many places as takers, or none for anybody.
      resolve(places.then((each) => each[index] as Place));
    }
  };

  const takeInTurn = (limit: RateLimit, subject: string): Promise<Place> => {
    const { promise, resolve } = Promise.withResolvers<Place>();
    const key = keys.rateLimit(limit.name, subject);
    const others = waiting.get(key);
    if (others) others.push(resolve);
    else void takeAll(key, limit, subject, [resolve]);
    return promise;
  };

  const takeAll = async (
    key: string,
    limit: RateLimit,
    subject: string,
    first: ((place: Promise<Place>) => void)[],
  ) => {
    for (let takers = first; takers.length > 0; takers = waiting.get(key) ?? []) {
      waiting.set(key, []);
      const places = withinPatience(takeInRedis(redis, limit, subject, takers.length, log));
      hand(places, takers);
      const failed = await places.then(
        () => false,
        () => true,
      );
      // Redis is away for those as well who came meanwhile: they have waited, and would wait as long again.
      if (failed) hand(places, waiting.get(key) ?? []);
      if (failed) break;
    }
    waiting.delete(key);
  };

  return {
    async take(limit, subject) {
      if (now() < awayUntil) return local.take(limit, subject);
      try {
        const place = await takeInTurn(limit, subject);
        if (awayUntil > 0) log.info('limits are counted in Redis again');
        awayUntil = 0;
        return place;
      } catch (error) {
        if (awayUntil === 0) log.warn({ err: error }, 'limits are counted by this process alone: Redis is away');
        awayUntil = now() + AWAY_MS;
        return local.take(limit, subject);
      }
    },
  };
}

/** @returns as many places as are wanted, taken or not */
async function takeInRedis(
  redis: RedisConnection,
  limit: RateLimit,
  subject: string,
  wanted: number,
  log: Logger,
): Promise<Place[]> {
  const { quota, windowMs, name } = limit;
  const key = keys.rateLimit(name, subject);
  const answer = await run(redis, key, quota, windowMs * 1000, wanted);
  // What the script above returns.
  const [taken, used, freeInMicros, refusedMicros, own] = answer as [number, number, number, number, string];
  const giveBack = async () => {
    await redis.lrem(key, -1, own).catch((error: unknown) => {
      log.warn({ err: error, limit: name }, 'a place of a limit could not be given back');
    });
  };
  return Array.from({ length: wanted }, (_, index) =>
    index < taken
      ? { taken: true, remaining: quota - used - index - 1, freeInMs: Math.ceil(freeInMicros / 1000), giveBack }
      : { taken: false, remaining: 0, freeInMs: Math.ceil(refusedMicros / 1000), giveBack: async () => undefined },
  );
}

async function run(redis: RedisConnection, key: string, ...args: number[]): Promise<unknown> {
  try {
    return await redis.evalsha(TAKE_SHA, 1, key, ...args);
  } catch (error) {
    // A Redis that was restarted has forgotten the script.
    if (error instanceof Error && error.message.startsWith('NOSCRIPT')) return redis.eval(TAKE, 1, key, ...args);
    throw error;
  }
}

function withinPatience<T>(work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`Redis took longer than ${PATIENCE_MS} ms.`)), PATIENCE_MS);
    work.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
