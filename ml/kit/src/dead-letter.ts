/**
 * Where goes what could not be handled: told with the reason, without the media, so that no candidate's voice or
 * picture outlives its round here.
 */

import type { Logger } from '@interview/runtime/log';
import type { RedisConnection } from '@interview/runtime/redis';
import type { AnalyserService } from '@interview/schema/enums';
import { keys } from '@interview/schema/keys';
import { z } from 'zod';
import { STREAM_NAMES } from './analyser.js';
import type { Lease } from './lease.js';
import { APPEND_DEAD, runScript } from './redis-script.js';
import type { WorkControl } from './round-work.js';
import type { WorkerMetrics } from './worker-metrics.js';

const DEAD_AT_MOST = 10_000;

/** The field `json` of an entry of `keys.deadEntries`. */
export const DeadEntry = z.object({
  roundId: z.uuid(),
  /**
   * The stream; `finish` for the work at the end of the round; `insights` and `segments` for what is stored, and
   * `findings` where an analyser of what is stored fails over all of it.
   */
  stream: z.enum([...STREAM_NAMES, 'finish', 'insights', 'segments', 'findings']),
  /** The stream's id of the entry, or the id of what is stored; null where it is no single one. */
  entryId: z.string().nullable(),
  bytes: z.int(),
  attempts: z.int(),
  reason: z.string(),
  atMs: z.number(),
});
export type DeadEntry = z.infer<typeof DeadEntry>;

export type DeadSubject = Pick<DeadEntry, 'stream' | 'entryId' | 'bytes'>;

export interface DeadLetterParts {
  service: AnalyserService;
  lease: Lease;
  redis: RedisConnection;
  clock: () => number;
  metrics: WorkerMetrics;
  log: Logger;
}

export class DeadLetters {
  constructor(
    private readonly control: WorkControl,
    private readonly parts: DeadLetterParts,
  ) {}

  /** Tells it, however long Redis is away. @throws Interrupted when the round leaves this worker meanwhile. */
  async tell(about: DeadSubject, attempts: number, failure: unknown): Promise<void> {
    const { service, lease, redis, clock, metrics, log } = this.parts;
    const reason = failure instanceof Error ? `${failure.name}: ${failure.message}` : String(failure);
    const dead: DeadEntry = { roundId: this.control.round.id, ...about, attempts, reason, atMs: clock() };
    const json = JSON.stringify(dead);
    await this.control.untilWritten(() =>
      runScript(redis, APPEND_DEAD, [lease.key, keys.deadEntries(service)], [lease.holder, DEAD_AT_MOST, json]),
    );
    metrics.deadEntries.inc({ stream: about.stream });
    log.error(dead, 'could not be handled, goes on without it');
  }
}
