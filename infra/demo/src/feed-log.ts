/**
 * The log of what the interviewer's subscriptions delivered, in order of arrival, and waiting on it.
 */
import type { Clock } from './clock.js';
import type { FeedName, Feeds } from './documents.js';

/** One delivery. `data` is what the feed's root field answered. */
export type FeedEvent = {
  [F in FeedName]: { feed: F; arrivedAtMs: number; data: Feeds[F] };
}[FeedName];

export type FeedEventOf<F extends FeedName> = Extract<FeedEvent, { feed: F }>;

export class FeedLog {
  readonly events: FeedEvent[] = [];
  private readonly watchers = new Set<() => void>();

  constructor(
    private readonly clock: Clock,
    private readonly onEvent: (event: FeedEvent) => void,
  ) {}

  add<F extends FeedName>(feed: F, data: Feeds[F]): void {
    // The compiler cannot see that a pair of one F is a member of the union over all F.
    const event = { feed, arrivedAtMs: this.clock.now(), data } as FeedEvent;
    this.events.push(event);
    this.onEvent(event);
    for (const watch of this.watchers) watch();
  }

  /** Every event of a feed, in order of arrival. */
  of<F extends FeedName>(feed: F): FeedEventOf<F>[] {
    return this.events.filter((event): event is FeedEventOf<F> => event.feed === feed);
  }

  /** True as soon as the condition holds, false when `limitMs` have passed before. */
  async until(holds: (events: readonly FeedEvent[]) => boolean, limitMs: number): Promise<boolean> {
    if (holds(this.events)) return true;
    const met = Promise.withResolvers<boolean>();
    const watch = () => holds(this.events) && met.resolve(true);
    const limit = new AbortController();
    this.watchers.add(watch);
    try {
      const late = this.clock.until(this.clock.now() + limitMs, limit.signal).then(() => false);
      late.catch(() => 'aborted below, when the condition came first');
      return await Promise.race([met.promise, late]);
    } finally {
      this.watchers.delete(watch);
      limit.abort();
    }
  }
}
