/**
 * Readers that are being caught up and have as much before them as is good: each waits here, without a buffer of
 * its own, until it has read that, and then goes on from its cursor. A long replay so costs neither memory nor the
 * connection of a reader that is merely not the fastest.
 */
import type { FeedMember } from './feed-member.js';

const LOOK_MS = 20;
/** Who reads nothing for so long is given what comes as everybody is, and its transport closes it at its bound. */
const PATIENCE_MS = 10_000;

interface Parked {
  goOn: () => void;
  /** The least that waited for it, and since when. */
  least: number;
  since: number;
}

export class ParkingLot {
  readonly #parked = new Map<FeedMember, Parked>();
  #looking: NodeJS.Timeout | undefined;

  constructor(private readonly patienceMs = PATIENCE_MS) {}

  get size(): number {
    return this.#parked.size;
  }

  park(member: FeedMember, goOn: () => void): void {
    this.#parked.set(member, { goOn, least: member.subscriber.backlog(), since: performance.now() });
    this.#looking ??= setInterval(() => this.#look(), LOOK_MS).unref();
  }

  leave(member: FeedMember): void {
    this.#parked.delete(member);
    this.#restIfEmpty();
  }

  #look(): void {
    const now = performance.now();
    for (const [member, parked] of [...this.#parked]) {
      const backlog = member.subscriber.backlog();
      if (backlog < parked.least) {
        parked.least = backlog;
        parked.since = now;
      }
      const gaveUp = now - parked.since > this.patienceMs;
      if (gaveUp) member.paced = false;
      // One before it in this round may have ended it.
      if ((gaveUp || member.hasDrained) && this.#parked.delete(member)) parked.goOn();
    }
    this.#restIfEmpty();
  }

  #restIfEmpty(): void {
    if (this.#parked.size > 0) return;
    clearInterval(this.#looking);
    this.#looking = undefined;
  }
}
