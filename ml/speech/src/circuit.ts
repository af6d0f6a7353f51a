/**
 * Whether a recogniser that failed is to be asked again: not for a while, then by one segment that probes it, and for
 * longer each time that the probe fails. Pure; times are epoch milliseconds that the caller passes in.
 */

/** How long a recogniser that failed is left alone, and at most. */
export const RETRY_AFTER_MS = 15_000;
export const RETRY_AFTER_AT_MOST_MS = 300_000;

/** That a segment may go there: by it is told what came of it. */
export type Admission = symbol;

export class Circuit {
  /** Null: it works. `probe` is the segment that probes it. */
  #open: { untilMs: number; waitMs: number; probe: Admission | null } | null = null;

  /** Whether a segment may go there now, null if not. One segment at a time while it is being probed. */
  admit(nowMs: number): Admission | null {
    const admission = Symbol();
    const open = this.#open;
    if (!open) return admission;
    if (open.probe !== null || nowMs < open.untilMs) return null;
    open.probe = admission;
    return admission;
  }

  succeeded(): void {
    this.#open = null;
  }

  /** Without an admission it was asked all the same, since nobody else was left. */
  failed(nowMs: number, admission?: Admission): void {
    // Segments that were on their way when it failed fail with it: that is one failure.
    if (this.#open && !this.#isProbe(admission)) return;
    const waitMs = this.#open ? Math.min(2 * this.#open.waitMs, RETRY_AFTER_AT_MOST_MS) : RETRY_AFTER_MS;
    this.#open = { untilMs: nowMs + waitMs, waitMs, probe: null };
  }

  /** The segment was taken back before it showed anything. If it was the probe, another may be. */
  undecided(admission?: Admission): void {
    if (this.#open && this.#isProbe(admission)) this.#open.probe = null;
  }

  #isProbe(admission: Admission | undefined): boolean {
    return admission !== undefined && this.#open?.probe === admission;
  }
}
