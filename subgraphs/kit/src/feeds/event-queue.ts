/**
 * The queue between one who pushes events and one subscriber who pulls them. It is a plain iterator: `return`
 * ends it at once, also while a `next` is pending.
 */
export class EventQueue<T> implements AsyncIterableIterator<T> {
  private readonly buffered: T[] = [];
  private waiting: { resolve(result: IteratorResult<T>): void; reject(error: unknown): void } | undefined;
  private failure: { error: unknown } | undefined;
  private ended = false;

  /** `onEnd` is called once, when the subscriber leaves or the queue is ended or failed. */
  constructor(private readonly onEnd: () => void = () => undefined) {}

  get size(): number {
    return this.buffered.length;
  }

  push(event: T): void {
    if (this.ended) return;
    if (this.waiting) {
      const { resolve } = this.waiting;
      this.waiting = undefined;
      resolve({ done: false, value: event });
    } else {
      this.buffered.push(event);
    }
  }

  /** The event stands for all that were pushed before it: those still buffered are dropped. */
  pushLatest(event: T): void {
    if (this.ended) return;
    this.buffered.length = 0;
    this.push(event);
  }

  /** What is buffered is still delivered, then the iteration is done. */
  end(): void {
    this.close();
    this.waiting?.resolve({ done: true, value: undefined });
    this.waiting = undefined;
  }

  /** What is buffered is still delivered, then the iteration throws. */
  fail(error: unknown): void {
    if (this.ended) return;
    this.close();
    if (this.waiting) this.waiting.reject(error);
    else this.failure = { error };
    this.waiting = undefined;
  }

  next(): Promise<IteratorResult<T>> {
    const event = this.buffered.shift();
    if (event !== undefined) return Promise.resolve({ done: false, value: event });
    if (this.failure) {
      const { error } = this.failure;
      this.failure = undefined;
      return Promise.reject(error);
    }
    if (this.ended) return Promise.resolve({ done: true, value: undefined });
    return new Promise((resolve, reject) => {
      this.waiting = { resolve, reject };
    });
  }

  return(): Promise<IteratorResult<T>> {
    this.buffered.length = 0;
    this.end();
    return Promise.resolve({ done: true, value: undefined });
  }

  throw(error: unknown): Promise<IteratorResult<T>> {
    this.fail(error);
    return Promise.reject(error);
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  private close(): void {
    if (this.ended) return;
    this.ended = true;
    this.onEnd();
  }
}
