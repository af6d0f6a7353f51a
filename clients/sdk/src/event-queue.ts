/** Events that arrive when they like, read one after another: the hand-over between a socket and a `for await`. */
export class EventQueue<T> implements AsyncIterableIterator<T, undefined, undefined> {
  private readonly buffered: T[] = [];
  private readonly readers: PromiseWithResolvers<IteratorResult<T, undefined>>[] = [];
  private outcome: { error?: unknown } | undefined;

  /** `onLeave` is called when the reader leaves early (`break`, `return`). */
  constructor(private readonly onLeave: () => void) {}

  push(event: T): void {
    if (this.outcome) return;
    const reader = this.readers.shift();
    if (reader) reader.resolve({ done: false, value: event });
    else this.buffered.push(event);
  }

  /** What is buffered is still read, then the reading ends. */
  end(): void {
    this.settle({});
  }

  /** What is buffered is still read, then the reading throws. */
  fail(error: unknown): void {
    this.settle({ error });
  }

  /** Ends at once; what is buffered is forgotten. */
  drop(): void {
    this.buffered.length = 0;
    this.settle({});
  }

  next(): Promise<IteratorResult<T, undefined>> {
    const event = this.buffered.shift();
    if (event !== undefined) return Promise.resolve({ done: false, value: event });
    const reader = Promise.withResolvers<IteratorResult<T, undefined>>();
    this.readers.push(reader);
    this.answerReaders();
    return reader.promise;
  }

  return(): Promise<IteratorResult<T, undefined>> {
    this.drop();
    this.onLeave();
    return Promise.resolve({ done: true, value: undefined });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  private settle(outcome: { error?: unknown }): void {
    this.outcome ??= outcome;
    this.answerReaders();
  }

  private answerReaders(): void {
    if (!this.outcome) return;
    for (const reader of this.readers.splice(0)) {
      if ('error' in this.outcome) {
        reader.reject(this.outcome.error);
        this.outcome = {}; // thrown once, as a generator would; after that it has ended
      } else reader.resolve({ done: true, value: undefined });
    }
  }
}
