/** Publishes insights as an ML service does: appended to the durable stream and published in one atomic step. */
import { randomUUID } from 'node:crypto';
import { channels, keys } from '@interview/schema/keys';
import type { InsightResult, Result } from '@interview/schema/messages';
import type { Redis } from 'ioredis';

const SERVICE = 'video';

/** A valid insight of the round, as an analyser would find it now. */
export function insightResult(roundId: string, startedAtMs: number): InsightResult {
  const now = Date.now();
  return {
    id: randomUUID(),
    roundId,
    service: SERVICE,
    kind: 'insight',
    type: 'HEAD_MOVEMENT',
    severity: 'INFO',
    value: { level: 'moderate', movesPerMinute: 4, yawDeg: 12.5, pitchDeg: -3.25, rollDeg: 1.5 },
    explanation: 'The head turned 4 times in the last minute (moderate from 3, frequent from 8).',
    source: 'bench/1',
    timestampMs: now - startedAtMs,
    capturedAtMs: now,
    publishedAtMs: now,
  };
}

/** @throws Error when Redis did not take both. */
export async function publish(redis: Redis, result: Result): Promise<void> {
  const json = JSON.stringify(result);
  const replies = await redis
    .multi()
    .xadd(keys.results, '*', 'json', json)
    .publish(channels.insights(result.service), json)
    .exec();
  const failed = replies?.find(([error]) => error);
  if (!replies || failed?.[0]) throw failed?.[0] ?? new Error('Redis gave the transaction up.');
}
