/**
 * Where entries go that could not be handled: told with the reason, without the media, so that no candidate's
 * voice or picture outlives its round here.
 */

import type { RedisConnection } from '@interview/runtime/redis';
import type { AnalyserService } from '@interview/schema/enums';
import { keys } from '@interview/schema/keys';
import { z } from 'zod';
import { STREAM_NAMES } from './analyser.js';

const DEAD_AT_MOST = 10_000;

/** The field `json` of an entry of `keys.deadEntries`. */
export const DeadEntry = z.object({
  roundId: z.uuid(),
  /** The stream, or `finish` for the work at the end of the round. */
  stream: z.enum([...STREAM_NAMES, 'finish']),
  entryId: z.string().nullable(),
  bytes: z.int(),
  attempts: z.int(),
  reason: z.string(),
  atMs: z.number(),
});
export type DeadEntry = z.infer<typeof DeadEntry>;

/** Appends it; always answers true, as writes do that no lease fences. */
export async function appendDeadEntry(
  redis: RedisConnection,
  service: AnalyserService,
  entry: DeadEntry,
): Promise<boolean> {
  await redis.xadd(keys.deadEntries(service), 'MAXLEN', '~', DEAD_AT_MOST, '*', 'json', JSON.stringify(entry));
  return true;
}
