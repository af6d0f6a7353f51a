/** Lua in Redis, sent by its digest: the text travels once. */
import { createHash } from 'node:crypto';
import type { RedisConnection } from '@interview/runtime/redis';

export type RunScript = (
  redis: RedisConnection,
  keys: readonly string[],
  args: readonly (string | number | Buffer)[],
) => Promise<unknown>;

/** @returns what runs it; the answer is whatever the script returns. */
export function redisScript(lua: string): RunScript {
  const digest = createHash('sha1').update(lua).digest('hex');
  return async (redis, keys, args) => {
    try {
      return await redis.evalsha(digest, keys.length, ...keys, ...args);
    } catch (error) {
      // A Redis that was restarted has forgotten the script.
      if (!(error instanceof Error && error.message.startsWith('NOSCRIPT'))) throw error;
      return redis.eval(lua, keys.length, ...keys, ...args);
    }
  };
}
