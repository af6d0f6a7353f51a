/**
 * Says when events leave: those that came within a few milliseconds leave together, so that a burst costs each
 * reader one write. One timer serves all streams.
 */
export interface Flushable {
  /** Hands out what was collected; nothing, if that has happened meanwhile. */
  flush(): void;
}

export class FlushClock {
  #due: Flushable[] = [];

  /** @param delayMs how long the first event waits for others; 0 for those of the same turn of the event loop only */
  constructor(private readonly delayMs: number) {}

  /** Once for each that has begun to collect. */
  schedule(flushable: Flushable): void {
    this.#due.push(flushable);
    if (this.#due.length > 1) return;
    if (this.delayMs === 0) setImmediate(this.#tick);
    else setTimeout(this.#tick, this.delayMs);
  }

  readonly #tick = (): void => {
    const due = this.#due;
    this.#due = [];
    for (const flushable of due) flushable.flush();
  };
}
