/**
 * Redis connections. Four kinds, because what is right for one loses data in another:
 * - commands fail at once while Redis is away, so that a caller can answer or retry itself, and nothing
 *   queues without bound;
 * - a blocking reader waits for the connection and has no time limit on a command;
 * - a subscriber subscribes again by itself after each reconnection;
 * - a broadcaster waits for the connection and sends again what was not answered: what it tells may be told twice.
 * No other resends a command whose answer was lost: an append would then happen twice.
 */
import { Redis, type RedisOptions } from 'ioredis';
import type { Logger } from './log.js';

export type RedisConnection = Redis;

const base: RedisOptions = {
  autoResendUnfulfilledCommands: false,
  retryStrategy: (attempt) => Math.min(50 * attempt, 1000),
  connectTimeout: 5000,
};

const KINDS = {
  commands: { maxRetriesPerRequest: 0, enableOfflineQueue: false, commandTimeout: 3000 },
  reader: { maxRetriesPerRequest: 0, enableOfflineQueue: false },
  // ioredis sends a SUBSCRIBE before its ready check has been answered, whose INFO then fails.
  subscriber: { maxRetriesPerRequest: null, enableOfflineQueue: true, autoResubscribe: true, enableReadyCheck: false },
  broadcaster: {
    maxRetriesPerRequest: null,
    enableOfflineQueue: true,
    autoResendUnfulfilledCommands: true,
    // It subscribes too. A Redis that still reads its file in is left alone until it has.
    enableReadyCheck: false,
    reconnectOnError: (error) => error.message.startsWith('LOADING'),
  },
} satisfies Record<string, RedisOptions>;

export type RedisKind = keyof typeof KINDS;

/** Opens a connection that reconnects by itself. Its errors are logged once an outage, not once an attempt. */
export function connectRedis(url: string, kind: RedisKind, log: Logger): Redis {
  const redis = new Redis(url, { ...base, ...KINDS[kind] });
  let down = false;
  redis.on('error', (error: Error) => {
    if (!down) log.warn({ kind, reason: error.message }, 'redis is away');
    down = true;
  });
  redis.on('ready', () => {
    if (down) log.info({ kind }, 'redis is back');
    down = false;
  });
  return redis;
}

/** Resolves once the connection is usable. */
export function redisReady(redis: Redis): Promise<void> {
  if (redis.status === 'ready') return Promise.resolve();
  return new Promise((resolve) => redis.once('ready', () => resolve()));
}
