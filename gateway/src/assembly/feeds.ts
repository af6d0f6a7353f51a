/** Puts together what every transport of live feeds stands on: the connections to subgraphs, the planner, shared feeds. */
import type { Logger } from '@interview/runtime/log';
import type { Stopper } from '@interview/runtime/stop';
import { checkRoundFeeds } from '../edges/socket-io/round-feeds.js';
import type { CurrentGraph } from '../graph/current-graph.js';
import type { RegisteredOperations } from '../graph/registered-operations.js';
import { createOpenFeeds, type OpenFeeds } from '../limits/open-feeds.js';
import type { GatewayMetrics } from '../metrics.js';
import type { GatewaySettings } from '../settings.js';
import { type AdmitFeed, createFeedAdmission, createFeedReadmission } from '../subscriptions/feed-admission.js';
import { createFeedPlanner, type FeedPlanner } from '../subscriptions/feed-plan.js';
import type { SubscribeFeed } from '../subscriptions/feed-subscriber.js';
import { createSharedFeeds } from '../subscriptions/shared-feeds.js';
import { SubgraphSocket } from '../subscriptions/subgraph-socket.js';

export interface FeedParts {
  planner: FeedPlanner;
  admitFeed: AdmitFeed;
  subscribeFeed: SubscribeFeed;
  admitSubscription: OpenFeeds['admit'];
}

export interface FeedPartsOptions {
  settings: GatewaySettings;
  current: CurrentGraph;
  registered: RegisteredOperations;
  metrics: GatewayMetrics;
  log: Logger;
  stopper: Stopper;
}

/** @throws Error when the supergraph's feeds contradict their directives */
export function assembleFeeds(options: FeedPartsOptions): FeedParts {
  const { settings, current, registered, metrics, log, stopper } = options;
  const internalKey = settings.INTERNAL_API_KEY;
  const maxCost = settings.MAX_OPERATION_COST;
  // They connect when the first feed is opened: one that no supergraph names costs nothing.
  const sockets: Readonly<Record<string, SubgraphSocket>> = Object.fromEntries(
    Object.entries(settings.subgraphs).map(([name, url]) => {
      const onReconnect = () => metrics.upstreamReconnect(name);
      return [name, new SubgraphSocket({ name, url, internalKey, log, onReconnect })];
    }),
  );
  stopper.onStop('upstream sockets', () => {
    for (const socket of Object.values(sockets)) socket.close();
  });

  const planner = createFeedPlanner(current.graph);
  current.onChange((next) => {
    // As at the start: a graph without the feeds of Socket.IO is not one that this gateway serves.
    checkRoundFeeds(createFeedPlanner(next));
    return () => undefined;
  });
  const sharedFeeds = createSharedFeeds({
    graph: current.graph,
    readmit: createFeedReadmission({ planner, maxCost }),
    socketOf: (subgraph) => sockets[subgraph],
    internalKey,
    flushMs: settings.FEED_FLUSH_MS,
    observer: metrics.sharedFeeds.observer,
    log,
  });
  // The planner before the feeds, which move by its plans.
  current.onChange((next) => planner.prepare(next, sharedFeeds.openPlans));
  current.onChange((next) => () => sharedFeeds.useGraph(next));
  metrics.sharedFeeds.watch(sharedFeeds);

  const openFeeds = createOpenFeeds({
    perUser: settings.MAX_SUBSCRIPTIONS_PER_USER,
    perProcess: settings.MAX_SUBSCRIPTIONS,
    metrics: metrics.openFeeds,
  });
  return {
    planner,
    admitFeed: createFeedAdmission({ planner, registered, maxCost }),
    subscribeFeed: sharedFeeds.subscribe,
    admitSubscription: openFeeds.admit,
  };
}
