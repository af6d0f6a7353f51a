/**
 * Works on items several at a time and hands the results on one by one, in the order in which the items came.
 * What waits is counted in bytes, for whoever has to bound it.
 */
export interface OrderedWorkOptions<Item, Result> {
  work: (item: Item) => Promise<Result>;
  /** How many items are worked on at a time. */
  atOnce: number;
  /** Told of each item that comes in (bytes) and is handed on or given up (-bytes). */
  onWaiting?: (bytes: number) => void;
}

interface Slot<Result> {
  bytes: number;
  start: () => void;
  result: Promise<Result>;
}

export class OrderedWork<Item, Result> implements AsyncIterableIterator<Result, undefined> {
  readonly #options: OrderedWorkOptions<Item, Result>;
  readonly #slots: Slot<Result>[] = [];
  readonly #notStarted: Slot<Result>[] = [];
  readonly #readers: ((slot: Slot<Result> | undefined) => void)[] = [];
  #running = 0;
  #closed = false;
  #failure: { error: unknown } | undefined;

  constructor(options: OrderedWorkOptions<Item, Result>) {
    this.#options = options;
  }

  push(item: Item, bytes: number): void {
    if (this.#closed) return;
    const { promise, resolve, reject } = Promise.withResolvers<Result>();
    // A failure is thrown where the result is read; until then it is not an unhandled one.
    promise.catch(() => undefined);
    const slot: Slot<Result> = {
      bytes,
      result: promise,
      start: () => {
        this.#running += 1;
        this.#options
          .work(item)
          .then(resolve, reject)
          .finally(() => {
            this.#running -= 1;
            this.#notStarted.shift()?.start();
          });
      },
    };
    this.#options.onWaiting?.(bytes);
    if (this.#running < this.#options.atOnce) slot.start();
    else this.#notStarted.push(slot);
    const reader = this.#readers.shift();
    if (reader) reader(slot);
    else this.#slots.push(slot);
  }

  /** Takes no more; what came before is still handed on, and then `error` is thrown, if there is one. */
  close(failure?: { error: unknown }): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#failure = failure;
    for (const reader of this.#readers.splice(0)) reader(undefined);
  }

  async next(): Promise<IteratorResult<Result, undefined>> {
    const slot = this.#slots.shift() ?? (this.#closed ? undefined : await this.#nextSlot());
    if (slot) {
      try {
        return { done: false, value: await slot.result };
      } finally {
        this.#options.onWaiting?.(-slot.bytes);
      }
    }
    const failure = this.#failure;
    this.#failure = undefined;
    if (failure) throw failure.error;
    return { done: true, value: undefined };
  }

  /** Gives up whatever waits. */
  async return(): Promise<IteratorResult<Result, undefined>> {
    this.#failure = undefined;
    this.close();
    this.#notStarted.length = 0;
    for (const slot of this.#slots.splice(0)) this.#options.onWaiting?.(-slot.bytes);
    return { done: true, value: undefined };
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  #nextSlot(): Promise<Slot<Result> | undefined> {
    return new Promise((resolve) => this.#readers.push(resolve));
  }
}
