/**
 * The state of a worker's analysis of a round after the entries it has handled, from which a successor goes on.
 * Saving it also trims the streams: what is handled is not kept.
 */

import type { RedisConnection } from '@interview/runtime/redis';
import type { AnalyserService } from '@interview/schema/enums';
import { keys } from '@interview/schema/keys';
import { z } from 'zod';
import { STREAM_NAMES, type StreamName } from './analyser.js';
import { nextId, STREAM_KEYS } from './entries.js';
import type { Lease } from './lease.js';
import { runScript, SAVE_CHECKPOINT } from './redis-script.js';

/** Round keys that nobody removed, because all workers were gone, vanish after a day. */
export const ROUND_KEYS_TTL_MS = 24 * 3600 * 1000;

export const Checkpoint = z.object({
  snapshot: z.unknown(),
  /** By stream: the last entry that was handled or dropped. */
  lastIds: z.partialRecord(z.enum(STREAM_NAMES), z.string()),
  /** How often consent was withdrawn before: each time the analysis begins anew, with ids of its own. */
  epoch: z.int().min(0),
});
export type Checkpoint = z.infer<typeof Checkpoint>;

/** The last checkpoint of a service in a round; null at the beginning. */
export async function readCheckpoint(
  redis: RedisConnection,
  service: AnalyserService,
  roundId: string,
): Promise<Checkpoint | null> {
  const json = await redis.get(keys.checkpoint(service, roundId));
  return json === null ? null : Checkpoint.parse(JSON.parse(json));
}

/** Saves it, `json` being all of it, while the lease is ours. False when it is not any more: nothing was written. */
export function saveCheckpoint(
  redis: RedisConnection,
  lease: Lease,
  of: { service: AnalyserService; roundId: string; streams: readonly StreamName[] },
  checkpoint: { json: string } & Pick<Checkpoint, 'lastIds'>,
): Promise<boolean> {
  const handledUpTo = of.streams.map((stream) => {
    const last = checkpoint.lastIds[stream];
    return last ? nextId(last) : '';
  });
  return runScript(
    redis,
    SAVE_CHECKPOINT,
    [lease.key, keys.checkpoint(of.service, of.roundId), ...of.streams.map((s) => STREAM_KEYS[s](of.roundId))],
    [lease.holder, checkpoint.json, ROUND_KEYS_TTL_MS, ...handledUpTo],
  );
}
