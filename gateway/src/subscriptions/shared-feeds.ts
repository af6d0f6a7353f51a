/**
 * Subscribers join feeds here, whatever their transport; those who read the same share one execution
 * (docs/adr/0012-shared-execution.md).
 */
import type { Logger } from '@interview/runtime/log';
import type { Graph } from '../graph/graph.js';
import { coerceVariables } from '../graph/variables.js';
import { FeedCounts, type FeedObserver } from './feed-counts.js';
import { askingFor } from './feed-execution.js';
import { FeedGroup, type GroupSurroundings } from './feed-group.js';
import type { FeedPlanner } from './feed-plan.js';
import type { SubscribeFeed } from './feed-subscriber.js';
import { FlushClock } from './flush-clock.js';
import { groupKey } from './group-key.js';
import { ParkingLot } from './parking-lot.js';
import { RingBudget } from './ring-budget.js';
import type { SubgraphSocket } from './subgraph-socket.js';

export interface SharedFeedsOptions {
  graph: Graph;
  planner: FeedPlanner;
  /** The connection to a subgraph. */
  socketOf: (subgraph: string) => Pick<SubgraphSocket, 'subscribe'> | undefined;
  internalKey: string;
  /** How long an event waits for others, to leave with them; 0 for those of the same turn of the event loop. */
  flushMs: number;
  observer: FeedObserver;
  log: Logger;
  /** Given by tests, which say when time passes. */
  clock?: GroupSurroundings['clock'];
  parking?: GroupSurroundings['parking'];
}

export interface SharedFeeds {
  subscribe: SubscribeFeed;
  readonly counts: Readonly<FeedCounts>;
  /** What the rings hold. */
  readonly ringBytes: number;
}

export function createSharedFeeds(options: SharedFeedsOptions): SharedFeeds {
  const { graph, internalKey, log } = options;
  const groups = new Map<string, FeedGroup>();
  const counts = new FeedCounts(options.observer);
  const rings = new RingBudget();
  const around: GroupSurroundings = {
    socketOf: ({ primary }) => {
      const socket = options.socketOf(primary.serviceName);
      if (!socket) throw new Error(`There is no connection to the subgraph "${primary.serviceName}".`);
      return socket;
    },
    ask: askingFor(graph),
    internalKey,
    clock: options.clock ?? new FlushClock(options.flushMs),
    rings,
    parking: options.parking ?? new ParkingLot(),
    counts,
    log,
  };

  return {
    counts,
    get ringBytes() {
      return rings.bytes;
    },
    subscribe: ({ plan, variables, after, subscriber }) => {
      const coerced = coerceVariables(graph.schema, plan.operation, variables);
      const start = after ?? plan.resume?.startAfter(coerced);
      const key = groupKey(plan, coerced, subscriber.viewer());
      let group = groups.get(key);
      if (!group) {
        group = new FeedGroup(plan, coerced, around, () => groups.delete(key));
        groups.set(key, group);
      }
      const joined = group;
      const member = joined.admit(subscriber, start);
      return () => joined.leave(member);
    },
  };
}
