/**
 * What a feed hands to its subscribers: events, in batches. An event is executed once and serialised once for
 * all who receive it, whatever their transport; what a transport makes of it (frames, parts, lines) it may keep
 * with it by `once`, so that it is made once as well.
 */
import type { FormattedExecutionResult } from 'graphql';

/** Kept with an event or a batch by who first asks for it. */
class Made {
  #made: Map<symbol, unknown> | undefined;

  /** @param key the maker's own: what is under it is what this maker made */
  once<T>(key: symbol, make: () => T): T {
    this.#made ??= new Map();
    if (!this.#made.has(key)) this.#made.set(key, make());
    return this.#made.get(key) as T;
  }
}

/** Immutable: it is shared by every subscriber. */
export class FeedEvent extends Made {
  #json: Buffer | undefined;

  constructor(
    readonly result: FormattedExecutionResult,
    /** The feed's position after this event; undefined where a feed cannot be resumed. */
    readonly cursor: string | undefined,
    /** `performance.now()` when it came from the subgraph. */
    readonly arrivedAt: number,
  ) {
    super();
  }

  /** `result` as JSON in UTF-8. */
  get json(): Buffer {
    this.#json ??= Buffer.from(JSON.stringify(this.result));
    return this.#json;
  }
}

/** One event or more, in order, that go out together. Subscribers that receive the same events receive the same batch. */
export class FeedBatch extends Made {
  constructor(readonly events: readonly FeedEvent[]) {
    super();
  }
}
