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

/**
 * The end of a round may wait for what goes on elsewhere, e.g. a recogniser; the other rounds do not wait for that. A
 * native fault strikes in its first steps.
 */
const FINISH_TURN_MS = 1000;

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
    if (!this.isCareful) {
      await handle();
      return true;
    }
    if (await this.isGivenUp(about)) return false;
    await this.parts.turns.take(async () => {
      await this.note(nameOf(about));
      await handle();
      await remember();
    });
    return true;
  }

  /** The same for the end of a round, which has its turn only for so long, and is blamed only for what ends it then. */
  async finish(about: DeadSubject, finish: () => Promise<void>): Promise<void> {
    if (!this.isCareful) return finish();
    if (await this.isGivenUp(about)) return;
    const finishing = await this.parts.turns.take(async () => {
      await this.note(nameOf(about));
      const running = finish();
      if (!(await settlesWithin(running, FINISH_TURN_MS))) await this.note('');
      // In an object, so that the turn does not wait for it.
      return { running };
    });
    await finishing.running;
  }

  private get isCareful(): boolean {
    return this.lease.vanished.length >= CAREFUL_AFTER;
  }

  private async isGivenUp(about: DeadSubject): Promise<boolean> {
    const { vanished } = this.lease;
    if (vanished.filter((inHand) => inHand === nameOf(about)).length < IN_HAND_AT_MOST) return false;
    await this.parts.dead.tell(about, vanished.length, 'Workers vanished while they handled it.');
    return true;
  }

  private note(inHand: string): Promise<void> {
    return this.control.untilWritten(() => this.lease.noteInHand(inHand));
  }

  /** Ends the care when nothing happened for long enough. */
  async calmDown(): Promise<void> {
    if (this.lease.vanished.length === 0 || this.parts.clock() - this.sinceMs < CALM_MS) return;
    await this.control.untilWritten(() => this.lease.forgetVanished());
  }
}

const nameOf = ({ stream, entryId }: DeadSubject) => `${stream} ${entryId ?? ''}`;

/** Whether it succeeds or fails in time; which of the two, its own waiter hears. */
async function settlesWithin(running: Promise<void>, ms: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(resolve, ms, false);
  });
  const settled = running.then(
    () => true,
    () => true,
  );
  try {
    return await Promise.race([settled, late]);
  } finally {
    clearTimeout(timer);
  }
}
