/**
 * Whether a recogniser that failed is to be asked again: not for a while, then by one segment that probes it, and for
 * longer each time that the probe fails. Pure; times are epoch milliseconds that the caller passes in.
 */

/** How long a recogniser that failed is left alone, and at most. */
export const RETRY_AFTER_MS = 15_000;
export const RETRY_AFTER_AT_MOST_MS = 300_000;

export class Circuit {
  /** Null: it works. */
  #open: { untilMs: number; waitMs: number; probing: boolean } | null = null;

  get works(): boolean {
    return this.#open === null;
  }

  /** Whether a segment may go there now. True for one segment at a time while it is being probed. */
  admits(nowMs: number): boolean {
    const open = this.#open;
    if (!open) return true;
    if (open.probing || nowMs < open.untilMs) return false;
    open.probing = true;
    return true;
  }

  succeeded(): void {
    this.#open = null;
  }

  failed(nowMs: number): void {
    // Segments that were on their way when it failed fail with it: that is one failure.
    if (this.#open && !this.#open.probing) return;
    const waitMs = this.#open ? Math.min(2 * this.#open.waitMs, RETRY_AFTER_AT_MOST_MS) : RETRY_AFTER_MS;
    this.#open = { untilMs: nowMs + waitMs, waitMs, probing: false };
  }

  /** The probe was taken back before it showed anything. */
  undecided(): void {
    if (this.#open) this.#open.probing = false;
  }
}
