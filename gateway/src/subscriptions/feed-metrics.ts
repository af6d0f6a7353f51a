/** What Prometheus sees of the feeds that subscribers share. The names are explained in docs/operations.md. */
import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import type { FeedCounts, FeedObserver } from './feed-counts.js';

/** What is read when the metrics are asked for. */
export interface WatchedFeeds {
  readonly counts: Readonly<FeedCounts>;
  readonly ringBytes: number;
}

export interface SharedFeedMetrics {
  observer: FeedObserver;
  /** Shows these from now on. */
  watch(feeds: WatchedFeeds): void;
}

const GAUGES: readonly [name: string, help: string, value: (feeds: WatchedFeeds) => number][] = [
  ['feed_subscriptions', 'Open subscriptions, on every transport', ({ counts }) => counts.subscriptions],
  ['feed_groups', 'Groups of subscriptions that share one execution', ({ counts }) => counts.groups],
  ['feed_streams', 'Open upstream subscriptions', ({ counts }) => counts.streams],
  [
    'feed_sharing_ratio',
    'Open subscriptions for each upstream subscription',
    ({ counts }) => (counts.streams > 0 ? counts.subscriptions / counts.streams : 0),
  ],
  ['feed_ring_bytes', 'Recent events that are kept for those who come back', ({ ringBytes }) => ringBytes],
];

const COUNTERS: readonly [name: string, help: string, value: (counts: Readonly<FeedCounts>) => number][] = [
  ['feed_events_in_total', 'Events that subgraphs sent', (counts) => counts.eventsIn],
  ['feed_events_out_total', 'Events handed to transports, one for each subscription', (counts) => counts.eventsOut],
  ['feed_replays_total', 'Streams that were opened to catch up from a cursor', (counts) => counts.replaysOpened],
  ['feed_merges_total', 'Streams that met another of their group and ended in it', (counts) => counts.merges],
  ['feed_moved_total', 'Subscriptions that a new supergraph moved to another plan', (counts) => counts.moved],
  ['feed_unserved_total', 'Subscriptions ended because a new supergraph does not serve them', (c) => c.unserved],
  ['feed_groups_ended_total', 'Groups whose last subscription ended', (counts) => counts.groupsEnded],
  [
    'feed_parked_total',
    'Times that a subscription waited for its reader while it was caught up',
    (counts) => counts.parked,
  ],
];

export function createFeedMetrics(registry: Registry): SharedFeedMetrics {
  let watched: WatchedFeeds | undefined;
  const registers = [registry];
  for (const [name, help, value] of GAUGES) {
    new Gauge({
      name,
      help,
      registers,
      collect() {
        if (watched) this.set(value(watched));
      },
    });
  }
  for (const [name, help, value] of COUNTERS) {
    new Counter({
      name,
      help,
      registers,
      collect() {
        if (!watched) return;
        this.reset();
        this.inc(value(watched.counts));
      },
    });
  }
  const delivery = new Histogram({
    name: 'feed_delivery_seconds',
    help: "From a subgraph's event to its being handed to the last transport",
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10],
    registers,
  });
  const replays = new Histogram({
    name: 'feed_replay_events',
    help: 'Events of a replay, until it had caught up',
    buckets: [0, 1, 10, 50, 100, 500, 1000, 5000, 10_000, 100_000],
    registers,
  });
  return {
    observer: {
      delivered: (milliseconds) => delivery.observe(milliseconds / 1000),
      replayed: (events) => replays.observe(events),
    },
    watch: (feeds) => {
      watched = feeds;
    },
  };
}
