/**
 * Whether what was published has been stored: an ended round is finished only when its last results can be read.
 */

import type { RedisConnection } from '@interview/runtime/redis';
import { keys } from '@interview/schema/keys';
import { z } from 'zod';
import { compareIds } from './entries.js';

const StreamInfo = z.object({ 'last-generated-id': z.string() });
const GroupInfo = z.object({ name: z.string(), 'last-delivered-id': z.string() });
/** How many wait for their acknowledgement, and the first of them. */
const PendingSummary = z.tuple([z.coerce.number(), z.string().nullable()]).rest(z.unknown());

/** The id of the newest result at this moment; null when nothing was ever published. */
export async function lastResultId(redis: RedisConnection): Promise<string | null> {
  if ((await redis.exists(keys.results)) === 0) return null;
  const info = await redis.xinfo('STREAM', keys.results);
  return StreamInfo.parse(objectOf(info))['last-generated-id'];
}

/** True when every group that stores results has acknowledged all up to this id. False while there is none. */
export async function storedUpTo(redis: RedisConnection, id: string): Promise<boolean> {
  const groups = z.array(z.unknown()).parse(await redis.xinfo('GROUPS', keys.results));
  const acknowledged = await Promise.all(
    groups.map(async (reply) => {
      const group = GroupInfo.parse(objectOf(reply));
      if (compareIds(group['last-delivered-id'], id) < 0) return false;
      const [count, first] = PendingSummary.parse(await redis.xpending(keys.results, group.name));
      return count === 0 || first === null || compareIds(first, id) > 0;
    }),
  );
  return groups.length > 0 && acknowledged.every(Boolean);
}

/** Redis answers name, value, name, value. */
function objectOf(reply: unknown): Record<string, unknown> {
  const flat = z.array(z.unknown()).parse(reply);
  return Object.fromEntries(
    Array.from({ length: Math.floor(flat.length / 2) }, (_, i) => [String(flat[2 * i]), flat[2 * i + 1]]),
  );
}
