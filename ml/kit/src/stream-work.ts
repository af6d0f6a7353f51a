/**
 * The work on one round that reads its media: entries in order, one after the other, each measured, published
 * and then remembered in the checkpoint. What a crash cuts off is repeated and gives the same ids.
 */

import type { Logger } from '@interview/runtime/log';
import type { RedisConnection } from '@interview/runtime/redis';
import { keys } from '@interview/schema/keys';
import type { RoundState } from '@interview/schema/messages';
import type { Analyser, Finding, RoundAnalysis, StreamName } from './analyser.js';
import { Attempts } from './attempts.js';
import { type Checkpoint, ROUND_KEYS_TTL_MS, readCheckpoint, saveCheckpoint } from './checkpoint.js';
import { DeadLetters, type DeadSubject } from './dead-letter.js';
import { compareIds, decodeEntry, type RawEntry, receivedAtMs, STREAM_KEYS, STREAM_PRODUCER } from './entries.js';
import { EntryQueue } from './entry-queue.js';
import type { Lease } from './lease.js';
import type { Publisher } from './publisher.js';
import { EMPTY_STREAMS, runScript } from './redis-script.js';
import { Interrupted, type Outcome, type RoundWork, WorkControl } from './round-work.js';
import type { Reading, StreamReader } from './stream-reader.js';
import type { Turns } from './turns.js';
import { secondsBetween, type WorkerMetrics } from './worker-metrics.js';

const TICK_MS = 200;
/** A round that works off a backlog lets the event loop go round this often: ten rounds then hold it for 20 ms. */
const BREATH_MS = 2;
/** Without findings, a checkpoint is saved this often; a successor repeats at most this much. */
const CHECKPOINT_MS = 500;
/** Media that were on their way when the round ended still come this long. */
const END_GRACE_MS = 300;
/** How long an ended round waits for the service that fills one of its streams. */
const PRODUCER_LIMIT_MS = 15_000;
/** Emptied streams vanish after this, with what a late producer appended. */
const EMPTY_STREAM_TTL_MS = 60_000;

export interface StreamWorkParts {
  analyser: Analyser;
  redis: RedisConnection;
  reader: StreamReader;
  publisher: Publisher;
  /** Of entries that are handled carefully. */
  turns: Turns;
  /**
   * Of snapshots: a second's audio takes 43 KB in one, and rounds that were taken together save together. One in
   * each turn of the event loop holds it for some milliseconds, ten at once held it for a tenth of a second.
   */
  snapshotTurns: Turns;
  clock: () => number;
  metrics: WorkerMetrics;
  log: Logger;
}

export class StreamWork implements RoundWork {
  private readonly control: WorkControl;
  private readonly attempts: Attempts;
  private readonly queue: EntryQueue;
  private readonly reading: Reading;
  private readonly lastIds: Checkpoint['lastIds'] = {};
  private epoch = 0;
  private analysis: RoundAnalysis | undefined;
  /** When the streams were last known to hold nothing more. */
  private caughtUpAtMs: number | null = null;
  private producersDoneAtMs: number | undefined;
  private tickedAtMs = 0;
  private savedAtMs = 0;
  private unsaved = false;
  private published = false;
  private breathedAtMs = 0;
  private inHand: RawEntry | undefined;

  constructor(
    round: RoundState,
    private readonly lease: Lease,
    private readonly parts: StreamWorkParts,
  ) {
    this.control = new WorkControl(round, lease, parts);
    const dead = new DeadLetters(this.control, { ...parts, lease, service: parts.analyser.service });
    this.attempts = new Attempts(this.control, lease, { ...parts, dead });
    this.queue = new EntryQueue((stream, id, reason) => {
      parts.metrics.dropped.inc({ stream, reason });
      this.noteHandled(stream, id);
    }, parts.clock);
    this.reading = {
      roundId: round.id,
      streams: parts.analyser.streams,
      cursors: new Map(),
      hasRoom: () => this.queue.hasRoom,
      push: (entries, caughtUpAtMs) => {
        this.queue.push(entries);
        this.caughtUpAtMs = caughtUpAtMs;
        if (entries.length > 0 || this.control.phase === 'ended') this.control.signal.notify();
      },
    };
  }

  roundChanged(round: RoundState): void {
    this.control.roundChanged(round);
    this.control.guard(() => this.analysis?.roundChanged?.(round));
  }

  stop(): void {
    this.control.stop();
  }

  wake(): void {
    this.control.signal.notify();
  }

  waitingSince(): ReadonlyMap<StreamName, number> {
    const since = this.queue.waitingSince();
    if (this.inHand) since.set(this.inHand.stream, receivedAtMs(this.inHand.id));
    return since;
  }

  async run(): Promise<Outcome> {
    const before = this.control.interruption();
    if (before) return before;
    try {
      const analysis = await this.open();
      this.parts.reader.add(this.reading);
      return await this.work(analysis);
    } catch (error) {
      if (error instanceof Interrupted) return error.outcome;
      throw error;
    } finally {
      this.parts.reader.remove(this.reading);
      this.analysis?.close?.();
    }
  }

  async clear(outcome: 'finished' | 'withdrawn'): Promise<void> {
    const { analyser, redis } = this.parts;
    const roundId = this.control.round.id;
    const remains = outcome === 'finished' ? '' : JSON.stringify(await this.afterWithdrawal());
    await runScript(
      redis,
      EMPTY_STREAMS,
      [this.lease.key, keys.checkpoint(analyser.service, roundId), ...this.streamKeys()],
      [this.lease.holder, EMPTY_STREAM_TTL_MS, remains, ROUND_KEYS_TTL_MS],
    );
  }

  /** What is kept of a withdrawn analysis: nothing measured or recorded, only that its ids are taken. */
  private async afterWithdrawal(): Promise<Checkpoint> {
    const { analyser, redis } = this.parts;
    const before = await readCheckpoint(redis, analyser.service, this.control.round.id);
    return { snapshot: null, lastIds: before?.lastIds ?? {}, epoch: (before?.epoch ?? 0) + 1 };
  }

  private async open(): Promise<RoundAnalysis> {
    const { analyser, redis } = this.parts;
    const roundId = this.control.round.id;
    const checkpoint = await readCheckpoint(redis, analyser.service, roundId);
    Object.assign(this.lastIds, checkpoint?.lastIds);
    this.epoch = checkpoint?.epoch ?? 0;
    for (const stream of analyser.streams) this.reading.cursors.set(stream, this.lastIds[stream] ?? '0');
    // Streams that a withdrawal left to vanish are wanted again.
    for (const key of this.streamKeys()) await redis.persist(key);
    this.analysis = await analyser.open(this.control.round, checkpoint?.snapshot ?? null);
    this.savedAtMs = this.parts.clock();
    return this.analysis;
  }

  private async work(analysis: RoundAnalysis): Promise<Outcome> {
    for (;;) {
      const interruption = this.control.interruption();
      if (interruption === 'handed-over' && this.unsaved) await this.save(analysis);
      if (interruption) return interruption;
      const raw = this.next();
      if (raw) await this.take(analysis, raw);
      else if (await this.isDrained()) return await this.finish(analysis);
      else await this.idle(analysis);
      await this.saveIfDue(analysis);
      await this.attempts.calmDown();
      await this.breathe();
    }
  }

  /** Entries that are measured without waiting for anything would otherwise follow each other without a pause. */
  private async breathe(): Promise<void> {
    if (performance.now() - this.breathedAtMs < BREATH_MS) return;
    await new Promise((resolve) => setImmediate(resolve));
    this.breathedAtMs = performance.now();
  }

  private next(): RawEntry | undefined {
    const wasFull = !this.queue.hasRoom;
    const raw = this.queue.shift((waiting) => this.analysis?.skips?.(waiting) ?? false);
    if (wasFull) this.parts.reader.wake();
    return raw;
  }

  private async take(analysis: RoundAnalysis, raw: RawEntry): Promise<void> {
    const about = { stream: raw.stream, entryId: raw.id, bytes: sizeOf(raw) };
    this.inHand = raw;
    const save = () => this.save(analysis);
    const handled = await this.attempts.handle(about, () => this.handle(analysis, raw, about), save);
    if (!handled) {
      this.noteHandled(raw.stream, raw.id);
      await this.save(analysis);
    }
    this.inHand = undefined;
  }

  private async handle(analysis: RoundAnalysis, raw: RawEntry, about: DeadSubject): Promise<void> {
    const { metrics, clock } = this.parts;
    const { stream, id } = raw;
    const endTimer = metrics.handleSeconds.startTimer({ stream });
    const findings = await this.attempts.measure(about, async () => {
      const entry = decodeEntry(raw);
      const found = await analysis.handle(entry);
      metrics.captureToHandledSeconds.observe({ stream }, secondsBetween(entry.entry.capturedAtMs, clock()));
      return found;
    });
    endTimer();
    metrics.entries.inc({ stream });
    await this.publish(findings);
    this.noteHandled(stream, id);
  }

  private async publish(findings: readonly Finding[]): Promise<void> {
    if (findings.length === 0) return;
    const { lease, epoch } = this;
    await this.control.untilWritten(() =>
      this.parts.publisher.publish({ round: this.control.round, lease, epoch }, findings),
    );
    this.published ||= findings.some(isKept);
  }

  /** Nothing to read: measures that end by silence get their turn, but only when no audio waits unread. */
  private async idle(analysis: RoundAnalysis): Promise<void> {
    const nowMs = this.parts.clock();
    const caughtUp = this.caughtUpAtMs !== null && nowMs - this.caughtUpAtMs < 1000;
    if (analysis.tick && caughtUp && nowMs - this.tickedAtMs >= TICK_MS) {
      this.tickedAtMs = nowMs;
      const findings = await analysis.tick(nowMs);
      await this.publish(findings);
      if (findings.length > 0) this.unsaved = true;
    }
    if (this.queue.isEmpty && !this.control.interruption()) await this.control.signal.wait(TICK_MS);
  }

  /** True when the round has ended and everything that belongs to it has been read. */
  private async isDrained(): Promise<boolean> {
    const { endedAtMs } = this.control;
    if (endedAtMs === undefined || !(await this.producersDone(endedAtMs))) return false;
    const since = Math.max(endedAtMs + END_GRACE_MS, this.producersDoneAtMs ?? 0);
    return this.queue.isEmpty && this.caughtUpAtMs !== null && this.caughtUpAtMs >= since;
  }

  /** Whether the services that fill a stream of ours are done with the round, or took too long. */
  private async producersDone(endedAtMs: number): Promise<boolean> {
    if (this.producersDoneAtMs !== undefined) return true;
    const { analyser, redis, clock } = this.parts;
    const producers = analyser.streams.flatMap((stream) => STREAM_PRODUCER[stream] ?? []);
    const busy = await Promise.all(
      producers.map((service) => redis.sismember(keys.unfinishedRounds(service), this.control.round.id)),
    );
    if (busy.includes(1) && clock() - endedAtMs < PRODUCER_LIMIT_MS) return false;
    this.producersDoneAtMs = clock();
    return true;
  }

  /** Interrupted, it leaves no checkpoint of its own: a successor finishes from the one before, with the same ids. */
  private async finish(analysis: RoundAnalysis): Promise<Outcome> {
    const about = { stream: 'finish', entryId: null, bytes: 0 } as const;
    const finish = async () => this.publish(await this.attempts.measure(about, () => analysis.finish?.() ?? []));
    await this.control.unlessInterrupted(this.attempts.finish(about, finish));
    return 'finished';
  }

  private noteHandled(stream: StreamName, id: string): void {
    const last = this.lastIds[stream];
    if (last === undefined || compareIds(last, id) < 0) this.lastIds[stream] = id;
    this.unsaved = true;
  }

  /** After results at once, unless there is a backlog to be worked off first. */
  private async saveIfDue(analysis: RoundAnalysis): Promise<void> {
    const due = (this.published && this.queue.isEmpty) || this.parts.clock() - this.savedAtMs >= CHECKPOINT_MS;
    if (this.unsaved && due) await this.save(analysis);
  }

  private async save(analysis: RoundAnalysis): Promise<void> {
    const { analyser, redis, clock } = this.parts;
    const lastIds = { ...this.lastIds };
    const { epoch } = this;
    const json = await this.parts.snapshotTurns.take(async () => {
      await new Promise((resolve) => setImmediate(resolve));
      return JSON.stringify({ snapshot: analysis.snapshot(), lastIds, epoch } satisfies Checkpoint);
    });
    const of = { service: analyser.service, roundId: this.control.round.id, streams: analyser.streams };
    await this.control.untilWritten(() => saveCheckpoint(redis, this.lease, of, { json, lastIds }));
    this.unsaved = false;
    this.published = false;
    this.savedAtMs = clock();
  }

  private streamKeys(): string[] {
    return this.parts.analyser.streams.map((stream) => STREAM_KEYS[stream](this.control.round.id));
  }
}

/** What is stored and not to be told twice; interim text and observations come many times a second. */
const isKept = (finding: Finding) =>
  finding.kind !== 'observation' && !(finding.kind === 'segment' && !finding.isFinal);

const sizeOf = (raw: RawEntry) => raw.fields.reduce((bytes, field) => bytes + field.length, 0);
