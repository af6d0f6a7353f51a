/**
 * One moment for each of many things, and one timer for all of them: a heap ordered by time. A timer for each
 * socket would cost several hundred bytes, and with tokens that end at any millisecond a list of Node's own besides.
 */

export interface Due {
  /** Called at its moment or shortly after; the deadline is gone by then. */
  due(): void;
  /** Epoch milliseconds. Kept by Deadlines. */
  dueAt: number;
  /** Where it stands in the heap, -1 when it has no deadline. Kept by Deadlines. */
  heapIndex: number;
}

/** setTimeout's largest delay; what is further away is looked at again. */
const MAX_TIMER_MS = 2 ** 31 - 1;

export class Deadlines {
  readonly #heap: Due[] = [];
  #timer: NodeJS.Timeout | undefined;
  #timerAt = Number.POSITIVE_INFINITY;

  get size(): number {
    return this.#heap.length;
  }

  /** Sets or moves the deadline of `item`. */
  set(item: Due, atMs: number): void {
    const before = item.heapIndex < 0 ? Number.POSITIVE_INFINITY : item.dueAt;
    item.dueAt = atMs;
    if (item.heapIndex < 0) {
      item.heapIndex = this.#heap.length;
      this.#heap.push(item);
    }
    if (atMs <= before) this.#rise(item);
    else this.#sink(item);
    this.#arm();
  }

  /** Takes the deadline of `item` back, if it has one. */
  clear(item: Due): void {
    if (item.heapIndex < 0) return;
    const last = this.#heap.pop();
    if (last && last !== item) {
      last.heapIndex = item.heapIndex;
      this.#heap[last.heapIndex] = last;
      this.#rise(last);
      this.#sink(last);
    }
    item.heapIndex = -1;
    this.#arm();
  }

  #rise(item: Due): void {
    while (item.heapIndex > 0) {
      const parent = this.#heap[(item.heapIndex - 1) >> 1];
      if (!parent || parent.dueAt <= item.dueAt) return;
      this.#swap(parent, item);
    }
  }

  #sink(item: Due): void {
    for (;;) {
      const left = this.#heap[2 * item.heapIndex + 1];
      const right = this.#heap[2 * item.heapIndex + 2];
      const child = left && right && right.dueAt < left.dueAt ? right : left;
      if (!child || item.dueAt <= child.dueAt) return;
      this.#swap(item, child);
    }
  }

  #swap(upper: Due, lower: Due): void {
    const { heapIndex } = upper;
    upper.heapIndex = lower.heapIndex;
    lower.heapIndex = heapIndex;
    this.#heap[upper.heapIndex] = upper;
    this.#heap[lower.heapIndex] = lower;
  }

  /** A timer that is too early does no harm, so it is moved only towards the present, or stopped. */
  #arm(): void {
    const first = this.#heap[0];
    if (first && first.dueAt >= this.#timerAt) return;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#timerAt = Number.POSITIVE_INFINITY;
    if (!first) return;
    this.#timerAt = first.dueAt;
    const delay = Math.min(Math.max(first.dueAt - Date.now(), 1), MAX_TIMER_MS);
    this.#timer = setTimeout(() => this.#ring(), delay).unref();
  }

  #ring(): void {
    this.#timerAt = Number.POSITIVE_INFINITY;
    const now = Date.now();
    for (let first = this.#heap[0]; first && first.dueAt <= now; first = this.#heap[0]) {
      this.clear(first);
      first.due();
    }
    this.#arm();
  }
}
