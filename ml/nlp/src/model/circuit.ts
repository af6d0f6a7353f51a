/** Keeps from asking what does not answer: after some failures in a row, not for a while, then once to see. */

export const FAILURES_IN_A_ROW = 3;
export const PAUSE_MS = 60_000;
/** However long a server asks us to wait. */
export const PAUSE_AT_MOST_MS = 300_000;

export class Circuit {
  private failures = 0;
  private closedUntilMs = 0;

  constructor(private readonly clock: () => number) {}

  /** Whether it may be asked now. */
  get open(): boolean {
    return this.clock() >= this.closedUntilMs;
  }

  /** Whether it answered when it was asked last, or has not failed often enough to tell. */
  get healthy(): boolean {
    return this.failures < FAILURES_IN_A_ROW;
  }

  succeeded(): void {
    this.failures = 0;
    this.closedUntilMs = 0;
  }

  /** @param waitMs how long the server asked us to wait, where it did. */
  failed(waitMs?: number): void {
    this.failures += 1;
    const pauseMs = waitMs === undefined ? (this.healthy ? 0 : PAUSE_MS) : Math.min(waitMs, PAUSE_AT_MOST_MS);
    if (pauseMs > 0) this.closedUntilMs = this.clock() + pauseMs;
  }
}
