/**
 * The work on one round that reads what is stored of it: from the first sequence on, page by page, anew from
 * the beginning when a person reviewed an insight, or when the analyser failed. An ended round is finished once the last results of the
 * services that it waits for are stored.
 */

import type { Logger } from '@interview/runtime/log';
import type { RedisConnection } from '@interview/runtime/redis';
import { keys } from '@interview/schema/keys';
import type { RoundState } from '@interview/schema/messages';
import { DeadLetters } from './dead-letter.js';
import type { FeedAnalyser, FeedAnalysis, FeedFinding, FeedPosition } from './feed-analyser.js';
import { AnalyserFault, asked, FeedFailures, positionAfter } from './feed-failures.js';
import type { FeedWakes } from './feed-wakes.js';
import type { Lease } from './lease.js';
import type { Publisher } from './publisher.js';
import { resultId } from './result-id.js';
import { lastResultId, storedUpTo } from './results-stored.js';
import { Interrupted, type Outcome, type RoundWork, WorkControl } from './round-work.js';
import type { StoredFeed } from './stored-feed.js';
import type { WorkerMetrics } from './worker-metrics.js';

/** Wakes may be lost: the feed is asked this often anyway. */
const POLL_MS = 3000;
/** While the round is being finished, or the insights subgraph does not answer. */
const IMPATIENT_POLL_MS = 500;
/** How long an ended round waits for services that still hold it; a worker's takeover takes 5 s. */
const SERVICES_LIMIT_MS = 60_000;

export interface FeedWorkParts {
  analyser: FeedAnalyser;
  redis: RedisConnection;
  feed: StoredFeed;
  wakes: FeedWakes;
  publisher: Publisher;
  clock: () => number;
  metrics: WorkerMetrics;
  log: Logger;
}

export class FeedWork implements RoundWork {
  private readonly control: WorkControl;
  private readonly failures: FeedFailures;
  private analysis: FeedAnalysis;
  private position: FeedPosition = { insight: 0, segment: 0, revision: 0 };
  private readonly storedIds = new Set<string>();
  /** Since when something is stored, or was announced, that is not read yet. */
  private newsAtMs: number | undefined;
  private readAtMs = Number.NEGATIVE_INFINITY;
  private failed = false;
  /** How often the present analysis was asked for findings. */
  private asked = 0;
  /** Once all other services are done: the last result that must be stored; null when there is none. */
  private lastResult: string | null | undefined;

  constructor(
    round: RoundState,
    private readonly lease: Lease,
    private readonly parts: FeedWorkParts,
  ) {
    this.control = new WorkControl(round, lease, parts);
    const dead = new DeadLetters(this.control, { ...parts, lease, service: parts.analyser.service });
    this.failures = new FeedFailures(this.control, { ...parts, dead });
    this.newsAtMs = parts.clock();
    this.analysis = parts.analyser.open(round);
  }

  roundChanged(round: RoundState): void {
    this.control.roundChanged(round);
    this.control.guard(() => this.analysis.roundChanged?.(round));
  }

  stop(): void {
    this.control.stop();
  }

  wake(): void {
    this.control.signal.notify();
  }

  waitingSince(): ReadonlyMap<string, number> {
    return new Map(this.newsAtMs === undefined ? [] : [['stored', this.newsAtMs]]);
  }

  /** Nothing of a round is kept here. */
  async clear(): Promise<void> {}

  async run(): Promise<Outcome> {
    const roundId = this.control.round.id;
    try {
      await this.parts.wakes.follow(roundId, () => {
        this.newsAtMs ??= this.parts.clock();
        this.control.signal.notify();
      });
      return await this.work();
    } catch (error) {
      if (error instanceof Interrupted) return error.outcome;
      throw error;
    } finally {
      this.analysis.close?.();
      this.parts.wakes.leave(roundId);
    }
  }

  private async work(): Promise<Outcome> {
    for (;;) {
      const interruption = this.control.interruption();
      if (interruption) return interruption;
      const begunAtMs = this.parts.clock();
      if (await this.step()) return 'finished';
      await this.pause(begunAtMs);
    }
  }

  /** Reads and tells what there is. True when the round has ended and all of it was told. */
  private async step(): Promise<boolean> {
    const allStored = await this.isAllStored();
    if (this.failures.givenUp) return allStored;
    try {
      if (allStored || this.isReadDue()) await this.read();
      const ended = allStored && !this.failed;
      if (!this.failed) await this.publish(ended);
      this.failures.none(this.position);
      return ended && !this.analysis.waits?.();
    } catch (error) {
      if (!(error instanceof AnalyserFault)) throw error;
      const { position } = this;
      await this.failures.note(error.cause, { position, ended: allStored, asked: this.asked });
      this.beginAnew(position.revision);
      this.newsAtMs ??= this.parts.clock();
      return false;
    }
  }

  private isReadDue(): boolean {
    const impatient = this.failed || this.control.phase === 'ended';
    const sinceMs = this.parts.clock() - this.readAtMs;
    return (this.newsAtMs !== undefined && !this.failed) || sinceMs >= (impatient ? IMPATIENT_POLL_MS : POLL_MS);
  }

  /** Reads all pages that there are now. */
  private async read(): Promise<void> {
    const announcedAtMs = this.newsAtMs;
    this.newsAtMs = undefined;
    this.readAtMs = this.parts.clock();
    for (let more = true; more; ) {
      const page = await this.parts.feed.pageAfter(this.control.round.id, this.position);
      this.failed = page === null;
      if (!page) {
        this.newsAtMs = announcedAtMs ?? this.readAtMs;
        return;
      }
      const begun = this.position.insight + this.position.segment > 0;
      if (begun && page.revision !== this.position.revision) {
        this.beginAnew(page.revision);
        continue;
      }
      asked(() => this.analysis.add(this.failures.without(page)));
      for (const { id } of page.insights) this.storedIds.add(id);
      this.position = positionAfter(this.position, page);
      more = page.more;
    }
  }

  private beginAnew(revision: number): void {
    this.position = { insight: 0, segment: 0, revision };
    this.analysis.close?.();
    this.analysis = this.parts.analyser.open(this.control.round);
    this.asked = 0;
  }

  private async publish(ended: boolean): Promise<void> {
    const nowMs = this.parts.clock();
    this.asked += 1;
    const found = asked(() => this.analysis.findings({ nowMs, position: this.position, ended }));
    const findings = found.filter((finding) => !this.isStored(finding));
    if (findings.length === 0) return;
    await this.control.untilWritten(() =>
      this.parts.publisher.publish({ round: this.control.round, lease: this.lease }, findings),
    );
  }

  private isStored(finding: FeedFinding): boolean {
    const { service } = this.parts.analyser;
    return finding.kind === 'insight' && this.storedIds.has(resultId(this.control.round.id, service, finding.key));
  }

  /** True when the round has ended, the other services are done with it, and all they published is stored. */
  private async isAllStored(): Promise<boolean> {
    const { endedAtMs, round } = this.control;
    if (endedAtMs === undefined) return false;
    const { redis, analyser, clock } = this.parts;
    if (this.lastResult === undefined) {
      const held = await Promise.all(analyser.after.map((s) => redis.sismember(keys.unfinishedRounds(s), round.id)));
      if (held.includes(1) && clock() - endedAtMs < SERVICES_LIMIT_MS) return false;
      this.lastResult = await lastResultId(redis);
    }
    return this.lastResult === null || (await storedUpTo(redis, this.lastResult));
  }

  /** Until there is news, or time for a measure that ends by silence; never sooner than the interval. */
  private async pause(begunAtMs: number): Promise<void> {
    const { analyser, clock } = this.parts;
    if (!this.control.interruption()) await this.control.signal.wait(analyser.intervalMs);
    const leftMs = begunAtMs + analyser.intervalMs - clock();
    if (leftMs > 0 && !this.control.interruption()) await new Promise((resolve) => setTimeout(resolve, leftMs));
  }
}
