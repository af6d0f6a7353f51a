/**
 * Which rounds a worker holds: finds those to be analysed, takes a lease on each, tells its work what changes,
 * renews the leases and puts everything in order when a round leaves.
 */

import type { Logger } from '@interview/runtime/log';
import type { RedisConnection } from '@interview/runtime/redis';
import type { AnalyserService } from '@interview/schema/enums';
import { channels, keys } from '@interview/schema/keys';
import type { RoundState } from '@interview/schema/messages';
import { LEASE_RENEWAL_MS, type Lease, takeLease } from './lease.js';
import { parseRoundState, roundPhase } from './round-phase.js';
import type { RoundWork } from './round-work.js';
import { Signal } from './signal.js';
import type { WorkerMetrics } from './worker-metrics.js';

/** Messages may be lost: the rounds are looked through this often anyway. */
const LOOK_MS = 500;
/** More workers take more rounds: for each round that it holds, a worker waits this before it takes one more. */
const PAUSE_FOR_EACH_HELD_MS = 2;
const PAUSE_AT_MOST_MS = 20;
/** So that a worker that takes over many rounds is not late: then it stops waiting. */
const PAUSES_IN_ALL_MS = 400;
/** A round whose work failed is taken again after this. */
const FAILED_PAUSE_MS = 1000;

/** Who reads a service's results, directly or stored. */
const READERS: Record<AnalyserService, readonly AnalyserService[]> = {
  speech: ['fraud', 'nlp', 'aggregator'],
  video: ['fraud', 'aggregator'],
  fraud: ['aggregator'],
  nlp: ['aggregator'],
  aggregator: [],
};

export interface RoundHolderParts {
  service: AnalyserService;
  redis: RedisConnection;
  /** A connection of the kind `subscriber`. */
  subscriber: RedisConnection;
  clock: () => number;
  metrics: WorkerMetrics;
  log: Logger;
  openWork: (round: RoundState, lease: Lease) => RoundWork;
}

interface Held {
  version: number;
  lease: Lease;
  work: RoundWork;
  over: Promise<void>;
}

export class RoundHolder {
  private readonly held = new Map<string, Held>();
  private readonly notBefore = new Map<string, number>();
  private readonly wake = new Signal();
  private readonly renewals = new Signal();
  /** Leases of rounds that were left while Redis did not answer: it is to be told that nobody vanished. */
  private readonly leaving: Lease[] = [];
  private stopped = false;
  private allLeft = false;
  private looking: Promise<void> | undefined;
  private renewing: Promise<void> | undefined;

  constructor(private readonly parts: RoundHolderParts) {}

  get roundIds(): string[] {
    return [...this.held.keys()];
  }

  /** By stream: the age in ms of the oldest entry that is not handled yet, of all rounds that are held. */
  lagMs(): Map<string, number> {
    const lag = new Map<string, number>();
    for (const { work } of this.held.values()) {
      for (const [stream, sinceMs] of work.waitingSince()) {
        lag.set(stream, Math.max(lag.get(stream) ?? 0, this.parts.clock() - sinceMs));
      }
    }
    return lag;
  }

  async start(): Promise<void> {
    const { subscriber } = this.parts;
    subscriber.on('message', (channel, json) => {
      if (channel === channels.roundChanged) this.heard(json);
    });
    await subscriber.subscribe(channels.roundChanged);
    this.looking = this.lookForRounds();
    this.renewing = this.renewLeases();
  }

  /** Hands every round over and waits until that is done; what takes its time there keeps its lease. */
  async stop(): Promise<void> {
    this.stopped = true;
    this.wake.notify();
    await this.looking;
    for (const { work } of this.held.values()) work.stop();
    await Promise.all([...this.held.values()].map(({ over }) => over));
    this.allLeft = true;
    this.renewals.notify();
    await this.renewing;
    await this.leaveAgain();
  }

  private heard(json: string): void {
    const state = this.parse(json);
    if (!state) return;
    if (this.held.has(state.id)) this.tell(state);
    else this.wake.notify();
  }

  /** An older state never replaces a newer one. */
  private tell(state: RoundState): void {
    const held = this.held.get(state.id);
    if (!held || state.version <= held.version) return;
    held.version = state.version;
    held.work.roundChanged(state);
  }

  private async lookForRounds(): Promise<void> {
    while (!this.stopped) {
      try {
        await this.look();
      } catch (error) {
        this.parts.log.debug({ err: error }, 'could not look for rounds, trying again');
      }
      await this.wake.wait(LOOK_MS);
    }
  }

  private async look(): Promise<void> {
    const { redis, service } = this.parts;
    const [analysed, unfinished] = await Promise.all([
      redis.smembers(keys.analysedRounds),
      redis.smembers(keys.unfinishedRounds(service)),
    ]);
    const begun = new Set(unfinished);
    const ids = [...new Set([...analysed, ...unfinished, ...this.held.keys()])];
    const wanted: RoundState[] = [];
    await Promise.all(
      ids.map(async (id) => {
        const json = await redis.get(keys.round(id));
        if (json === null) return this.forget(id, begun);
        const state = this.parse(json);
        if (!state) return;
        if (this.held.has(id)) this.tell(state);
        else if (begun.has(id) || roundPhase(state) === 'analysed') wanted.push(state);
      }),
    );
    await this.takeOneByOne(wanted);
  }

  private async takeOneByOne(wanted: readonly RoundState[]): Promise<void> {
    let pausedMs = 0;
    for (const state of wanted) {
      if (this.stopped || this.parts.clock() < (this.notBefore.get(state.id) ?? 0)) continue;
      const pauseMs = Math.min(PAUSE_FOR_EACH_HELD_MS * this.held.size, PAUSE_AT_MOST_MS);
      if (pauseMs > 0 && pausedMs < PAUSES_IN_ALL_MS) {
        await new Promise((resolve) => setTimeout(resolve, pauseMs));
        pausedMs += pauseMs;
      }
      await this.take(state);
    }
  }

  /** A round whose state is gone has nothing left to finish. */
  private async forget(id: string, begun: ReadonlySet<string>): Promise<void> {
    if (begun.has(id) && !this.held.has(id)) await this.parts.redis.srem(keys.unfinishedRounds(this.parts.service), id);
  }

  private async take(state: RoundState): Promise<void> {
    const { redis, service, openWork } = this.parts;
    const taken = await takeLease(redis, service, state.id);
    if (!taken) return;
    const { lease, afterVanishing } = taken;
    if (this.stopped) return this.leave(lease);
    if (afterVanishing) this.tellVanished(state.id, lease);
    this.notBefore.delete(state.id);
    let work: RoundWork;
    try {
      await redis.sadd(keys.unfinishedRounds(service), state.id);
      work = openWork(state, lease);
    } catch (error) {
      this.noteFailed(state.id, error);
      return this.leave(lease);
    }
    const over = this.runToItsEnd(state.id, work, lease);
    this.held.set(state.id, { version: state.version, lease, work, over });
    this.parts.metrics.roundsHeld.set(this.held.size);
    this.parts.log.info({ roundId: state.id, phase: roundPhase(state) }, 'took a round');
  }

  private tellVanished(roundId: string, { vanished }: Lease): void {
    this.parts.metrics.vanished.inc();
    this.parts.log.warn({ roundId, times: vanished.length }, 'takes a round over from a worker that vanished');
  }

  private async runToItsEnd(roundId: string, work: RoundWork, lease: Lease): Promise<void> {
    const { redis, service, metrics, log } = this.parts;
    try {
      const outcome = await work.run();
      if (outcome === 'finished' || outcome === 'withdrawn') {
        await work.clear(outcome);
        if (outcome === 'finished') await this.tellReaders(roundId);
        await redis.srem(keys.unfinishedRounds(service), roundId);
      }
      metrics.roundsOver.inc({ outcome });
      log.info({ roundId, outcome }, 'left a round');
    } catch (error) {
      // The round stays among the unfinished ones: it is taken again, here or elsewhere, from its checkpoint.
      this.noteFailed(roundId, error);
    }
    await this.leave(lease);
    this.held.delete(roundId);
    metrics.roundsHeld.set(this.held.size);
    this.wake.notify();
  }

  private noteFailed(roundId: string, error: unknown): void {
    const { clock, metrics, log } = this.parts;
    metrics.roundsOver.inc({ outcome: 'failed' });
    this.notBefore.set(roundId, clock() + FAILED_PAUSE_MS);
    log.error({ roundId, err: error }, 'the work on a round failed, it will be taken again');
  }

  private async leave(lease: Lease): Promise<void> {
    try {
      await lease.leave();
    } catch (error) {
      this.parts.log.debug({ err: error }, 'could not leave a round, trying again');
      this.leaving.push(lease);
    }
  }

  /** Services that read what this one found finish the round once more, should they have gone on without it. */
  private async tellReaders(roundId: string): Promise<void> {
    for (const reader of READERS[this.parts.service]) {
      await this.parts.redis.sadd(keys.unfinishedRounds(reader), roundId);
    }
  }

  private async renewLeases(): Promise<void> {
    while (!this.allLeft) {
      await this.renewals.wait(LEASE_RENEWAL_MS);
      await Promise.all([...[...this.held.values()].map((held) => this.renew(held)), this.leaveAgain()]);
    }
  }

  private async leaveAgain(): Promise<void> {
    await Promise.all(this.leaving.splice(0).map((lease) => this.leave(lease)));
  }

  private async renew({ lease, work }: Held): Promise<void> {
    try {
      await lease.renew();
    } catch (error) {
      this.parts.log.debug({ err: error }, 'could not renew a lease; every write asks for it anyway');
    }
    if (lease.lost) work.wake();
  }

  private parse(json: string): RoundState | null {
    try {
      return parseRoundState(json);
    } catch (error) {
      this.parts.log.error({ err: error }, 'a round state is not of the contract, ignored');
      return null;
    }
  }
}
