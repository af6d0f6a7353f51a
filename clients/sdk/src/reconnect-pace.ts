/**
 * How long to wait before the next attempt to reach the server: exponential with full jitter, so that the clients
 * of a server that was restarted do not come back all at once. A connection must have held for a while before
 * the count starts again, else a server that accepts and drops would be hammered.
 */

/** Time and chance, given from outside so that tests steer them. */
export interface PaceSource {
  /** Milliseconds, of any origin, never going back. */
  now(): number;
  /** From 0 up to, not including, 1. */
  random(): number;
}

/** Never sooner than this, ms. */
const FLOOR_MS = 100;
/** Bound of the first wait, ms; it doubles with each attempt. */
const FIRST_MS = 500;
/** No wait is longer, ms: what a person at a live page still bears. */
const CEILING_MS = 15_000;
/** The server said "come again later" (close code 1013): at least so long, ms. */
const REFUSED_FLOOR_MS = 4_000;
/** A connection that held so long counts as good, ms. */
const STEADY_MS = 5_000;

export class ReconnectPace {
  private attempts = 0;
  private openedAt: number | undefined;
  private refused = false;

  constructor(private readonly source: PaceSource) {}

  /** The connection stands. */
  opened(): void {
    this.openedAt = this.source.now();
  }

  /** The connection is gone, or never came. `refused`: the server asks for patience. */
  lost(refused: boolean): void {
    if (this.openedAt !== undefined && this.source.now() - this.openedAt >= STEADY_MS) this.attempts = 0;
    this.openedAt = undefined;
    this.refused = refused;
  }

  /** Milliseconds to wait before the attempt that now follows. */
  nextWait(): number {
    const bound = Math.min(CEILING_MS, FIRST_MS * 2 ** this.attempts);
    this.attempts = Math.min(this.attempts + 1, 16);
    const floor = this.refused ? REFUSED_FLOOR_MS : FLOOR_MS;
    return floor + this.source.random() * bound;
  }
}
