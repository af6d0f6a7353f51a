/** What is counted of the feeds, for whoever shows it. Plain numbers: an event must not pay for being counted. */
export interface FeedObserver {
  /** From a subgraph's event to its being handed to the last transport, for the oldest event of a batch. */
  delivered(milliseconds: number): void;
  /** A replay has caught up, or ended before, after so many events. */
  replayed(events: number): void;
}

export class FeedCounts {
  subscriptions = 0;
  groups = 0;
  /** Upstream subscriptions. */
  streams = 0;
  /** From subgraphs. */
  eventsIn = 0;
  /** To transports: one for each subscriber. */
  eventsOut = 0;
  replaysOpened = 0;
  /** Streams that were merged into another. */
  merges = 0;
  groupsEnded = 0;
  /** Times that a subscriber was given a rest while it was caught up. */
  parked = 0;

  /** Subscriptions that went on by another plan when a new supergraph was taken. */
  moved = 0;
  /** Subscriptions that a new supergraph does not serve any more. */
  unserved = 0;

  constructor(readonly observer: FeedObserver) {}
}
