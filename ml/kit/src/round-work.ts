/**
 * What a worker does for one round from taking it to leaving it, whatever it reads, and how it is interrupted.
 */

import type { Logger } from '@interview/runtime/log';
import type { RoundState } from '@interview/schema/messages';
import type { Lease } from './lease.js';
import { type RoundPhase, roundPhase } from './round-phase.js';
import { Signal } from './signal.js';
import type { WorkerMetrics } from './worker-metrics.js';

/**
 * How a round left a worker:
 * - `finished`: it ended and everything was read and told;
 * - `withdrawn`: consent is gone, or there is no analysis;
 * - `handed-over`: this worker stops, another goes on;
 * - `lost`: somebody else holds it.
 */
export type Outcome = 'finished' | 'withdrawn' | 'handed-over' | 'lost';

export interface RoundWork {
  /** Works until the round leaves. What it throws is a fault: the round is taken anew, from its checkpoint. */
  run(): Promise<Outcome>;
  /** A newer state of the round. */
  roundChanged(round: RoundState): void;
  /** Asks to hand the round over after the present entry. */
  stop(): void;
  /** Looks at the lease again. */
  wake(): void;
  /** By stream: when the oldest entry that is not handled yet was received, epoch ms. For reports. */
  waitingSince(): ReadonlyMap<string, number>;
  /** After `finished` and `withdrawn`, while the lease is still held: removes what is left of the round. */
  clear(outcome: 'finished' | 'withdrawn'): Promise<void>;
}

/** Ends a round's work from deep inside it. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';

  constructor(readonly outcome: Outcome) {
    super(`The work on the round was interrupted: ${outcome}.`);
  }
}

/** Pause between attempts while Redis is away. */
const RETRY_MS = 100;

/** Nothing that interrupts comes without a signal; should one be missed, it is seen after this. */
const LOOK_MS = 1000;

/** The state that a round's work looks at between its steps. */
export class WorkControl {
  /** Raised when there may be something to do. */
  readonly signal = new Signal();
  private stopping = false;
  private fault: { error: unknown } | undefined;
  private endSeenAtMs: number | undefined;
  /** Stays true when consent is given again: what was measured before is not gone on from. */
  private withdrawn = false;

  constructor(
    private current: RoundState,
    private readonly lease: Lease,
    private readonly parts: { clock: () => number; metrics: WorkerMetrics; log: Logger },
  ) {
    this.notePhase();
  }

  get round(): RoundState {
    return this.current;
  }

  get phase(): RoundPhase {
    return roundPhase(this.current);
  }

  /** When this worker learned that the round had ended; undefined before. */
  get endedAtMs(): number | undefined {
    return this.endSeenAtMs;
  }

  roundChanged(round: RoundState): void {
    this.current = round;
    this.notePhase();
    this.signal.notify();
  }

  stop(): void {
    this.stopping = true;
    this.signal.notify();
  }

  /** Runs what is called from outside the work; should it throw, the work fails with it at its next step. */
  guard(run: () => void): void {
    try {
      run();
    } catch (error) {
      this.fault = { error };
      this.signal.notify();
    }
  }

  /** Why the work has to end now; null to go on. @throws what `guard` caught */
  interruption(): Outcome | null {
    if (this.fault) throw this.fault.error;
    if (this.lease.lost) return 'lost';
    if (this.withdrawn) return 'withdrawn';
    return this.stopping ? 'handed-over' : null;
  }

  /**
   * Waits for what may take long. What is given up goes on by itself; the lost lease keeps it from writing.
   * @throws Interrupted as soon as the work has to end
   */
  async unlessInterrupted<T>(running: Promise<T>): Promise<T> {
    let settled = false;
    const noteSettled = () => {
      settled = true;
      this.signal.notify();
    };
    running.then(noteSettled, noteSettled);
    while (!settled) {
      const interruption = this.interruption();
      if (interruption) throw new Interrupted(interruption);
      await this.signal.wait(LOOK_MS);
    }
    return running;
  }

  /**
   * Writes to Redis, again and again until it answers: nothing measured is lost while Redis is away.
   * @param write true when it was written, false when the lease is not ours any more.
   * @throws Interrupted when the round is lost or withdrawn, or while Redis is away when this worker stops.
   */
  async untilWritten(write: () => Promise<boolean>): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      const interruption = this.interruption();
      if (interruption && (interruption !== 'handed-over' || attempt > 1)) throw new Interrupted(interruption);
      try {
        if (await write()) return;
        this.lease.markLost();
      } catch (error) {
        if (error instanceof TypeError) throw error;
        if (attempt === 1) this.parts.log.warn({ roundId: this.round.id, err: error }, 'could not write, trying again');
        this.parts.metrics.redisRetries.inc();
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
      }
    }
  }

  private notePhase(): void {
    this.withdrawn ||= this.phase === 'withdrawn';
    if (this.phase === 'ended') this.endSeenAtMs ??= this.parts.clock();
    else this.endSeenAtMs = undefined;
  }
}
