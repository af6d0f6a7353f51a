/**
 * How much one socket may ask for: a bucket that fills again over a minute. A subscription that is refused costs the
 * gateway its reading too, so all of them count, and so do renewed tokens.
 */
const MINUTE_MS = 60_000;

export class AskBudget {
  #left: number;
  #askedAt = 0;

  constructor(private readonly perMinute: number) {
    this.#left = perMinute;
  }

  /** @param now `performance.now()` @returns false when it is spent */
  take(now: number): boolean {
    const back = ((now - this.#askedAt) * this.perMinute) / MINUTE_MS;
    this.#left = Math.min(this.perMinute, this.#left + back) - 1;
    this.#askedAt = now;
    return this.#left >= 0;
  }
}
