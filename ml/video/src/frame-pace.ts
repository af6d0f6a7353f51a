/**
 * How many pictures the worker takes when the machine is busy. All its rounds share the machine, so all share one
 * interval between the pictures that are measured: it grows while pictures wait, and shrinks when they do not. Without
 * it each picture is measured until nearly every one is close to a second old when its turn comes.
 */

export const PACE = {
  /**
   * Mean wait for a thread above which fewer pictures are taken, and below which more are. With the 50–100 ms of the
   * search itself the first keeps the median from capture to insight below 300 ms.
   */
  slowerAboveMs: 150,
  fasterBelowMs: 50,
  /** The interval is looked at this often. */
  windowMs: 500,
  /** By what the interval grows and shrinks each time: quickly slower, slowly faster, so that it does not swing. */
  slower: 1.25,
  faster: 0.95,
  /** A picture in this time is measured of each round, however busy the machine is. */
  mostMs: 2000,
  /** Nobody sends more than ten pictures a second: below this, all are taken. */
  leastMs: 100,
} as const;
/** Weight of the newest interval in the running mean of those between the pictures that were taken. */
const TAKEN_WEIGHT = 0.05;

export class FramePace {
  #intervalMs = 0;
  #takenEveryMs: number | null = null;
  #windowSinceMs: number;
  #waits = { sumMs: 0, pictures: 0 };

  /** @param clock ms of any beginning, monotonic. */
  constructor(private readonly clock: () => number) {
    this.#windowSinceMs = clock();
  }

  /** Least time between two pictures of a round that are measured; 0 when each one is. */
  get intervalMs(): number {
    return this.#intervalMs;
  }

  /** A picture was taken that waited so long for its round's turn, and was captured so long after the one before it. */
  noteTaken(waitedMs: number, spanMs: number | null): void {
    this.#waits.sumMs += waitedMs;
    this.#waits.pictures += 1;
    if (spanMs === null) return;
    const before = this.#takenEveryMs ?? spanMs;
    this.#takenEveryMs = before + (spanMs - before) * TAKEN_WEIGHT;
    this.#adjust();
  }

  /** A taken picture waited so long, again, for a thread. */
  noteWait(waitedMs: number): void {
    this.#waits.sumMs += waitedMs;
    this.#adjust();
  }

  #adjust(): void {
    const nowMs = this.clock();
    const windows = Math.floor((nowMs - this.#windowSinceMs) / PACE.windowMs);
    if (windows < 1 || this.#waits.pictures === 0) return;
    const meanMs = this.#waits.sumMs / this.#waits.pictures;
    this.#windowSinceMs = nowMs;
    this.#waits = { sumMs: 0, pictures: 0 };
    if (meanMs > PACE.slowerAboveMs) {
      // From what is really taken: an interval shorter than that of the cameras would change nothing.
      const fromMs = Math.max(this.#intervalMs, this.#takenEveryMs ?? 0, PACE.leastMs);
      this.#intervalMs = Math.min(PACE.mostMs, fromMs * PACE.slower);
    } else if (meanMs < PACE.fasterBelowMs) {
      const shorter = this.#intervalMs * PACE.faster ** windows;
      this.#intervalMs = shorter < PACE.leastMs ? 0 : shorter;
    }
  }
}
