/**
 * Measuring that may fail. What throws is tried five times and then told as dead. What ends the whole process
 * cannot be caught: so after two takeovers from workers that vanished, each entry is noted before it is handled and
 * remembered in the checkpoint after it, one at a time in the process. An entry that three workers had in hand when
 * they vanished, with their two predecessors five, is told as dead too, and the round goes on (docs/adr/0018).
 */
import type { Logger } from '@interview/runtime/log';
import type { Finding } from './analyser.js';
import type { DeadLetters, DeadSubject } from './dead-letter.js';
import type { Lease } from './lease.js';
import { Interrupted, type WorkControl } from './round-work.js';
import type { Turns } from './turns.js';

const ATTEMPTS = 5;
/** Workers that vanished one after the other before entries are handled carefully. */
export const CAREFUL_AFTER = 2;
/** Workers that vanished with an entry noted in hand before the entry is given up. */
export const IN_HAND_AT_MOST = 3;
/**
 * After so long without a crash those before count no more: a takeover repeats half a second of work, so what
 * crashed the workers before it would have come again long ago.
 */
export const CALM_MS = 10_000;

export interface AttemptParts {
  dead: DeadLetters;
  /** Shared by all rounds of the process: of two entries in hand at a crash, one would be blamed wrongly. */
  turns: Turns;
  clock: () => number;
  log: Logger;
}

export class Attempts {
  private readonly sinceMs: number;

  constructor(
    private readonly control: WorkControl,
    private readonly lease: Lease,
    private readonly parts: AttemptParts,
  ) {
    this.sinceMs = parts.clock();
  }

  /** The findings; none when it failed five times and was told as dead. @throws Interrupted */
  async measure(about: DeadSubject, measure: () => Promise<Finding[]> | Finding[]): Promise<Finding[]> {
    let failure: unknown;
    for (let attempts = 1; attempts <= ATTEMPTS; attempts++) {
      try {
        return await measure();
      } catch (error) {
        failure = error;
        this.parts.log.warn({ roundId: this.control.round.id, ...about, attempts, err: error }, 'could not measure');
      }
      const interruption = this.control.interruption();
      if (interruption) throw new Interrupted(interruption);
    }
    await this.parts.dead.tell(about, ATTEMPTS, failure);
    return [];
  }

  /**
   * Handles something, and while care is needed so that it can be blamed should the process end over it.
   * @param remember what is to be done before the next one, while care is needed
   * @returns false when it ended too many processes: it was told as dead and not handled
   */
  async handle(about: DeadSubject, handle: () => Promise<void>, remember: () => Promise<void>): Promise<boolean> {
    const { vanished } = this.lease;
    if (vanished.length < CAREFUL_AFTER) {
      await handle();
      return true;
    }
    const name = `${about.stream} ${about.entryId ?? ''}`;
    if (vanished.filter((inHand) => inHand === name).length >= IN_HAND_AT_MOST) {
      await this.parts.dead.tell(about, vanished.length, 'Workers vanished while they handled it.');
      return false;
    }
    await this.parts.turns.take(async () => {
      await this.control.untilWritten(() => this.lease.noteInHand(name));
      await handle();
      await remember();
    });
    return true;
  }

  /** Ends the care when nothing happened for long enough. */
  async calmDown(): Promise<void> {
    if (this.lease.vanished.length === 0 || this.parts.clock() - this.sinceMs < CALM_MS) return;
    await this.control.untilWritten(() => this.lease.forgetVanished());
  }
}
