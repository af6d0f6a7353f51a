/**
 * How many pictures the worker takes when the machine is busy. All its rounds share the machine, so all share one
 * interval between the pictures that are measured: it grows while pictures wait, and shrinks when they do not. Without
 * it each picture is measured until nearly every one is close to a second old when its turn comes.
 */

export const PACE = {
  /**
   * Mean wait above which fewer pictures are taken, and below which more are. With the 50–100 ms of the search itself
   * the first keeps the median from capture to insight below 300 ms.
   */
  slowerAboveMs: 150,
  fasterBelowMs: 50,
  /** The interval is looked at this often. */
  windowMs: 500,
  /** By what it grows, more the longer the wait is, and shrinks: quickly slower, slowly faster, so that it does not swing. */
  slower: { least: 1.25, eachMs: 300, most: 2 },
  faster: 0.95,
  /** A picture in this time is measured of each round … */
  mostMs: 2000,
  /** … unless the machine is so busy that even these would wait for longer than this: few fresh ones tell more. */
  overloadedAboveMs: 600,
  utmostMs: 10_000,
  /** Nobody sends more than ten pictures a second: below this, all are taken. */
  leastMs: 100,
} as const;
/** Weight of the newest interval in the running mean of those between the pictures that were taken. */
const TAKEN_WEIGHT = 0.05;

/** Waits of one kind since the interval was last looked at. */
interface Waits {
  sumMs: number;
  count: number;
}
const noWaits = (): Waits => ({ sumMs: 0, count: 0 });

export class FramePace {
  #intervalMs = 0;
  #takenEveryMs: number | null = null;
  #windowSinceMs: number;
  /** When the interval last grew: what began to wait before says nothing about it. */
  #slowedAtMs = Number.NEGATIVE_INFINITY;
  #turns = noWaits();
  #threads = noWaits();

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
    if (spanMs !== null) {
      const before = this.#takenEveryMs ?? spanMs;
      this.#takenEveryMs = before + (spanMs - before) * TAKEN_WEIGHT;
    }
    this.#note(this.#turns, waitedMs);
  }

  /** A taken picture waited so long, again, for a thread. */
  noteWait(waitedMs: number): void {
    this.#note(this.#threads, waitedMs);
  }

  #note(waits: Waits, waitedMs: number): void {
    const nowMs = this.clock();
    if (nowMs - waitedMs < this.#slowedAtMs) return;
    waits.sumMs += waitedMs;
    waits.count += 1;
    const windows = Math.floor((nowMs - this.#windowSinceMs) / PACE.windowMs);
    if (windows < 1) return;
    this.#adjust(meanOf(this.#turns) + meanOf(this.#threads), windows, nowMs);
    this.#windowSinceMs = nowMs;
    this.#turns = noWaits();
    this.#threads = noWaits();
  }

  #adjust(waitMs: number, windows: number, nowMs: number): void {
    if (waitMs > PACE.slowerAboveMs) {
      const { least, eachMs, most } = PACE.slower;
      // From what is really taken: an interval shorter than that of the cameras would change nothing.
      const fromMs = Math.max(this.#intervalMs, this.#takenEveryMs ?? 0, PACE.leastMs);
      const toMs = fromMs * Math.min(most, Math.max(least, waitMs / eachMs));
      const limitMs = waitMs > PACE.overloadedAboveMs ? PACE.utmostMs : Math.max(PACE.mostMs, this.#intervalMs);
      this.#intervalMs = Math.min(limitMs, toMs);
      this.#slowedAtMs = nowMs;
    } else if (waitMs < PACE.fasterBelowMs) {
      const shorter = this.#intervalMs * PACE.faster ** windows;
      this.#intervalMs = shorter < PACE.leastMs ? 0 : shorter;
    }
  }
}

const meanOf = ({ sumMs, count }: Waits) => (count === 0 ? 0 : sumMs / count);
