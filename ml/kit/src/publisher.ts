/**
 * Findings become results: given their id and times, checked against the contract, appended to the durable
 * stream and published on the service's channel in one atomic step that the lease fences.
 */

import type { Logger } from '@interview/runtime/log';
import type { RedisConnection } from '@interview/runtime/redis';
import type { AnalyserService } from '@interview/schema/enums';
import { channels, keys } from '@interview/schema/keys';
import { Result, type RoundState } from '@interview/schema/messages';
import type { Finding, ObservationFinding } from './analyser.js';
import { ROUND_KEYS_TTL_MS } from './checkpoint.js';
import type { AggregateFinding } from './feed-analyser.js';
import type { Lease } from './lease.js';
import { APPEND_RESULTS, runScript } from './redis-script.js';
import { resultId } from './result-id.js';
import { secondsBetween, type WorkerMetrics } from './worker-metrics.js';

/** Observations of one stream that wait for `fraud`, about 3 minutes at 5 a second. */
const OBSERVATIONS_AT_MOST = 1000;

export interface PublisherParts {
  service: AnalyserService;
  source: string;
  redis: RedisConnection;
  clock: () => number;
  metrics: WorkerMetrics;
  log: Logger;
}

/** Whose findings they are. `epoch`: see `Checkpoint`. */
export interface PublishedRound {
  round: RoundState;
  lease: Lease;
  epoch?: number;
}

export class Publisher {
  constructor(private readonly parts: PublisherParts) {}

  /**
   * Publishes findings while the lease is ours: all of them or none.
   * @returns false when the lease is not ours any more.
   * @throws when Redis did not answer: then it is unknown, and repeating it gives the same ids again.
   */
  async publish(
    { round, lease, epoch = 0 }: PublishedRound,
    findings: readonly (Finding | AggregateFinding)[],
  ): Promise<boolean> {
    const { service, redis } = this.parts;
    const observations = findings.filter((f) => f.kind === 'observation');
    const [faces, voices] = [observedIn('faces', observations), observedIn('voices', observations)];
    const results = findings.flatMap((f) => (f.kind === 'observation' ? [] : this.resultOf(round, epoch, f)));
    if (results.length + observations.length === 0) return !lease.lost;
    const [interim, durable] = [results.filter(isInterim), results.filter((r) => !isInterim(r))];
    const published = await runScript(
      redis,
      APPEND_RESULTS,
      [lease.key, keys.results, keys.faces(round.id), keys.voices(round.id)],
      [
        lease.holder,
        channels.insights(service),
        ROUND_KEYS_TTL_MS,
        OBSERVATIONS_AT_MOST,
        durable.length,
        interim.length,
        faces.length,
        ...durable.map((r) => JSON.stringify(r)),
        ...interim.map((r) => JSON.stringify(r)),
        ...faces,
        ...voices,
      ],
    );
    if (published) this.count(results);
    else lease.markLost();
    return published;
  }

  private count(results: readonly Result[]): void {
    const { metrics } = this.parts;
    for (const result of results) {
      metrics.results.inc({ kind: result.kind });
      if (isInterim(result) || result.kind === 'status' || result.kind === 'aggregate') continue;
      const type = result.kind === 'insight' ? result.type : 'SEGMENT';
      metrics.captureToPublishSeconds.observe({ type }, secondsBetween(result.capturedAtMs, result.publishedAtMs));
    }
  }

  /** One result, or none where the contract refuses it: the others are not held up by an analyser's fault. */
  private resultOf(
    round: RoundState,
    epoch: number,
    finding: Exclude<Finding, { kind: 'observation' }> | AggregateFinding,
  ): Result[] {
    const { service, metrics, log } = this.parts;
    const parsed = Result.safeParse(this.draft(round, epoch, finding));
    // The definition builds its insight options from a list, where the pairing of type and value is lost to types.
    if (parsed.success) return [parsed.data as Result];
    metrics.invalidFindings.inc();
    log.error({ service, roundId: round.id, key: finding.key, reason: parsed.error.message }, 'invalid finding');
    return [];
  }

  private draft(
    round: RoundState,
    epoch: number,
    finding: Exclude<Finding, { kind: 'observation' }> | AggregateFinding,
  ): unknown {
    const { service, source, clock } = this.parts;
    const { key, ...measured } = finding;
    const base = { id: resultId(round.id, service, key, epoch), roundId: round.id, service, publishedAtMs: clock() };
    if (measured.kind === 'status' || measured.kind === 'aggregate') return { ...base, ...measured };
    const { atMs, ...rest } = measured;
    // A chunk that was on its way when the round started was captured before it: it counts as its first moment.
    const timestampMs = Math.max(0, atMs - (round.startedAtMs ?? atMs));
    return { ...base, ...rest, timestampMs, ...(rest.kind === 'insight' ? { source } : {}) };
  }
}

const observedIn = (stream: ObservationFinding['stream'], findings: readonly ObservationFinding[]) =>
  findings.flatMap((finding) => (finding.stream === stream ? [JSON.stringify(finding.observation)] : []));

const isInterim = (result: Result) => result.kind === 'segment' && !result.isFinal;
