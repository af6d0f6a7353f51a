/**
 * Works on items several at a time and hands the results on one by one, in the order in which the items came.
 * An item whose work is done at once, and before which nothing waits, is handed on at once: no promise is made.
 */
export interface OrderedWorkOptions<Item, Result> {
  work: (item: Item) => Result | Promise<Result>;
  handOn: (result: Result, item: Item) => void;
  /** The work on an item threw; nothing is handed on any more. */
  failed: (error: unknown) => void;
  /** How many items are worked on at a time. */
  atOnce: number;
}

interface Slot<Item, Result> {
  item: Item;
  done: { result: Result } | undefined;
}

export class OrderedWork<Item, Result> {
  readonly #options: OrderedWorkOptions<Item, Result>;
  /** What has not been handed on, in order. */
  #slots: Slot<Item, Result>[] = [];
  /** Those of them on which nobody works yet. */
  #notStarted: Slot<Item, Result>[] = [];
  #running = 0;
  #closed = false;
  #onEmpty: (() => void) | undefined;

  constructor(options: OrderedWorkOptions<Item, Result>) {
    this.#options = options;
  }

  /** Items that have not been handed on. */
  get waiting(): number {
    return this.#slots.length;
  }

  push(item: Item): void {
    if (this.#closed || this.#onEmpty) return;
    if (this.#slots.length > 0) {
      const slot: Slot<Item, Result> = { item, done: undefined };
      this.#slots.push(slot);
      this.#notStarted.push(slot);
      this.#startMore();
      return;
    }
    const result = this.#tried(item);
    if (this.#closed) return;
    if (result instanceof Promise) {
      const slot: Slot<Item, Result> = { item, done: undefined };
      this.#slots.push(slot);
      this.#await(slot, result);
      // What `tried` gave is not a promise, so it is a result.
    } else this.#options.handOn(result as Result, item);
  }

  /** Takes no more; calls `then` when what came before has been handed on. */
  finish(then: () => void): void {
    if (this.#closed) return;
    this.#onEmpty = then;
    this.#drain();
  }

  /** Gives up whatever waits, and takes no more. */
  close(): void {
    this.#closed = true;
    this.#slots = [];
    this.#notStarted = [];
  }

  #start(slot: Slot<Item, Result>): void {
    const result = this.#tried(slot.item);
    if (this.#closed) return;
    if (result instanceof Promise) this.#await(slot, result);
    else slot.done = { result: result as Result };
  }

  #tried(item: Item): Result | Promise<Result> | undefined {
    try {
      return this.#options.work(item);
    } catch (error) {
      this.#fail(error);
      return undefined;
    }
  }

  #await(slot: Slot<Item, Result>, result: Promise<Result>): void {
    this.#running += 1;
    result.then(
      (value) => {
        this.#running -= 1;
        slot.done = { result: value };
        this.#startMore();
        if (this.#slots[0] === slot) this.#drain();
      },
      (error: unknown) => {
        this.#running -= 1;
        // What was given up may fail.
        if (this.#slots.includes(slot)) this.#fail(error);
      },
    );
  }

  #startMore(): void {
    while (this.#running < this.#options.atOnce) {
      const next = this.#notStarted.shift();
      if (!next) return;
      this.#start(next);
    }
  }

  #drain(): void {
    while (!this.#closed) {
      const [first] = this.#slots;
      if (!first?.done) break;
      this.#slots.shift();
      this.#options.handOn(first.done.result, first.item);
    }
    if (this.#closed || this.#slots.length > 0) return;
    const then = this.#onEmpty;
    this.#onEmpty = undefined;
    if (!then) return;
    this.close();
    then();
  }

  #fail(error: unknown): void {
    if (this.#closed) return;
    this.close();
    this.#options.failed(error);
  }
}
