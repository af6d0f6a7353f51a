/**
 * Which pictures of one round are taken at the pace that the worker can keep, by their capture times, and whether that
 * has been fewer than were sent for long enough to be told. In memory only: a successor finds out anew.
 */
import type { FramePace } from './frame-pace.js';

export const REDUCED = {
  /** Pictures were left out for this long before it is told, and none was for this long before it is over. */
  toldAfterMs: 5000,
  overAfterMs: 10_000,
  /** The rate that is told is the mean over the last so many pictures that were taken. */
  rateOver: 6,
} as const;
/** A clock that steps back by more than this was set anew. */
const CLOCK_STEP_MS = 10_000;

export class RoundPace {
  /** The last picture that was taken, and the last that came. */
  #lastMs: number | null = null;
  #seenMs: number | null = null;
  /** Where this round is in its interval, 0–1: in shares of it, so that rounds stay apart as it grows. */
  #position: number;
  /** The last pictures that were taken. */
  #taken: number[] = [];
  #skipped: { sinceMs: number; lastMs: number } | null = null;

  /**
   * @param phase 0–1: where in an interval this round's turn is. Cameras that send at the same moments would else all
   * be taken at the same moments, and wait for each other however few they are.
   */
  constructor(
    private readonly pace: FramePace,
    private readonly phase: number,
  ) {
    this.#position = phase;
  }

  /** Whether to do without the picture; it counts as taken otherwise. */
  skips(capturedAtMs: number, waitedMs: number): boolean {
    // What has no time fails when it is decoded.
    if (Number.isNaN(capturedAtMs)) return false;
    if (this.#lastMs !== null && capturedAtMs < this.#lastMs - CLOCK_STEP_MS) this.#forgetTimes();
    const spanMs = this.#lastMs === null ? null : capturedAtMs - this.#lastMs;
    // One that was overtaken is rare, and of no use to those that come later.
    if (spanMs !== null && spanMs < 0) return false;
    const early = this.#isEarly(Math.max(0, capturedAtMs - (this.#seenMs ?? capturedAtMs)));
    this.#seenMs = capturedAtMs;
    if (early && spanMs !== null) {
      const before = this.#skipped;
      const sinceMs = before && capturedAtMs - before.lastMs < REDUCED.overAfterMs ? before.sinceMs : capturedAtMs;
      this.#skipped = { sinceMs, lastMs: capturedAtMs };
      return true;
    }
    this.#lastMs = capturedAtMs;
    this.#taken = [...this.#taken.slice(1 - REDUCED.rateOver), capturedAtMs];
    this.pace.noteTaken(waitedMs, spanMs);
    return false;
  }

  /** How many pictures a second are measured, when that has been fewer than were sent for a while; else null. */
  get reducedTo(): number | null {
    if (!this.#skipped || this.#lastMs === null) return null;
    const { sinceMs, lastMs } = this.#skipped;
    if (lastMs - sinceMs < REDUCED.toldAfterMs || this.#lastMs - lastMs >= REDUCED.overAfterMs) return null;
    const [firstMs = this.#lastMs] = this.#taken;
    return ((this.#taken.length - 1) * 1000) / Math.max(1, this.#lastMs - firstMs);
  }

  #isEarly(sinceLastMs: number): boolean {
    const { intervalMs } = this.pace;
    if (intervalMs === 0) {
      this.#position = this.phase;
      return false;
    }
    this.#position += sinceLastMs / intervalMs;
    if (this.#position < 1) return true;
    this.#position %= 1;
    return false;
  }

  #forgetTimes(): void {
    this.#lastMs = null;
    this.#seenMs = null;
    this.#position = this.phase;
    this.#taken = [];
    this.#skipped = null;
  }
}
