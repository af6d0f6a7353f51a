/**
 * Which load to try next on a ladder of loads: bisection, for what carries ten carries six. The first rung to try is a
 * guess that saves steps where it is near. Pure: it knows nothing of what a load is.
 */

export interface Carried {
  /** The largest load that was carried; 0 when not even the smallest was. */
  most: number;
  /** False where the steps ended before the rung above was tried, or the ladder ended: more may be carried. */
  bounded: boolean;
}

export class Ladder {
  readonly #rungs: readonly number[];
  /** Index of the largest rung that was carried, and of the smallest that was not. */
  #carried = -1;
  #failed: number;
  #lastFailed = false;
  #tried = false;

  /** @param atMost rungs above it are known not to be carried: less work failed there already. */
  constructor(rungs: readonly number[], atMost = Number.POSITIVE_INFINITY) {
    this.#rungs = rungs;
    const above = rungs.findIndex((rung) => rung > atMost);
    this.#failed = above < 0 ? rungs.length : above;
  }

  /** @returns the load to try, undefined when the answer is known. */
  next(guess?: number): number | undefined {
    if (this.#failed - this.#carried <= 1) return undefined;
    const open = this.#rungs.slice(this.#carried + 1, this.#failed);
    if (!this.#tried && guess !== undefined) return open.findLast((rung) => rung <= guess) ?? open[0];
    // Of two in the middle the one nearer to what was tried last: steps are few, and a guess is seldom far off.
    return open[Math.floor((this.#lastFailed ? open.length : open.length - 1) / 2)];
  }

  record(load: number, carried: boolean): void {
    const at = this.#rungs.indexOf(load);
    if (at < 0) throw new RangeError(`${load} is no rung`);
    this.#tried = true;
    this.#lastFailed = !carried;
    if (carried) this.#carried = Math.max(this.#carried, at);
    else this.#failed = Math.min(this.#failed, at);
  }

  get result(): Carried {
    const known = this.#failed - this.#carried <= 1;
    return { most: this.#rungs[this.#carried] ?? 0, bounded: known && this.#failed < this.#rungs.length };
  }
}
