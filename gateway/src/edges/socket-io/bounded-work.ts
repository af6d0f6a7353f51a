/** Bounds on what one connection may keep the gateway busy with. */
import { AppError } from '@interview/runtime/errors';

/** Runs one piece of work after the other, in the order in which they came. */
export class OneByOne {
  #last: Promise<unknown> = Promise.resolve();
  #waiting = 0;
  readonly #limit: number;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** @throws AppError RATE_LIMITED when as much is waiting as may wait; else what `work` throws. */
  async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.#waiting >= this.#limit) throw tooMuch();
    this.#waiting += 1;
    const done = this.#last.then(work);
    // The next one runs whether this one failed or not; who asked for this one is told by `done`.
    this.#last = done.catch(() => undefined);
    try {
      return await done;
    } finally {
      this.#waiting -= 1;
    }
  }
}

/** Lets work run at once, as long as what is under way weighs no more than `limit` together. */
export class Backlog {
  #weight = 0;
  readonly #limit: number;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** @throws AppError RATE_LIMITED when it would become too much; else what `work` throws. */
  async run<T>(weight: number, work: () => Promise<T>): Promise<T> {
    if (this.#weight + weight > this.#limit) throw tooMuch();
    this.#weight += weight;
    try {
      return await work();
    } finally {
      this.#weight -= weight;
    }
  }
}

const tooMuch = () => new AppError('RATE_LIMITED', 'Too much is unanswered. Wait for acknowledgements, then send on.');
