/**
 * Counts what somebody does against a limit, in Redis, so that every replica of the gateway counts the same.
 *
 * An exact sliding window: Redis keeps the time of each place that was taken, oldest first, and a place comes
 * back when its time leaves the window. So in no stretch of a window's length more than the quota passes.
 * (GCRA and fixed windows need less memory but let up to twice the quota pass around a window's edge, which for
 * three uploads an hour is six.) Memory is bounded by the quota: 100 times are about 1 KB. What is refused is
 * not counted, so who keeps knocking is let in as soon as a place is free.
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

/** KEYS[1] the list of times; ARGV quota, window (µs). Answers taken, remaining, free in (µs), own time. */
const TAKE = `
local clock = redis.call('TIME')
local now = clock[1] * 1000000 + clock[2]
local quota, window = tonumber(ARGV[1]), tonumber(ARGV[2])
local oldest = redis.call('LINDEX', KEYS[1], 0)
while oldest and oldest + window <= now do
  redis.call('LPOP', KEYS[1])
  oldest = redis.call('LINDEX', KEYS[1], 0)
end
local used = redis.call('LLEN', KEYS[1])
if used >= quota then
  return {0, 0, redis.call('LINDEX', KEYS[1], used - quota) + window - now, ''}
end
local own = string.format('%.0f', now)
redis.call('RPUSH', KEYS[1], own)
redis.call('PEXPIRE', KEYS[1], math.ceil(window / 1000))
return {1, quota - used - 1, (oldest or own) + window - now, own}`;
const TAKE_SHA = createHash('sha1').update(TAKE).digest('hex');

/** @param now the process's clock in milliseconds, for the counting without Redis */
export function createRateLimiter(redis: RedisConnection, log: Logger, now: () => number = Date.now): RateLimiter {
  const local = createLocalWindows(now);
  let awayUntil = 0;

  return {
    async take(limit, subject) {
      if (now() < awayUntil) return local.take(limit, subject);
      try {
        const place = await withinPatience(takeInRedis(redis, limit, subject, log));
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

async function takeInRedis(redis: RedisConnection, limit: RateLimit, subject: string, log: Logger): Promise<Place> {
  const key = keys.rateLimit(limit.name, subject);
  const answer = await run(redis, key, limit.quota, limit.windowMs * 1000);
  // What the script above returns.
  const [taken, remaining, freeInMicros, own] = answer as [number, number, number, string];
  return {
    taken: taken === 1,
    remaining,
    freeInMs: Math.ceil(freeInMicros / 1000),
    giveBack: async () => {
      if (taken !== 1) return;
      await redis.lrem(key, -1, own).catch((error: unknown) => {
        log.warn({ err: error, limit: limit.name }, 'a place of a limit could not be given back');
      });
    },
  };
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
