/**
 * Subscribers join feeds here, whatever their transport; those who read the same share one execution
 * (docs/adr/0012-shared-feeds.md).
 */
import type { Logger } from '@interview/runtime/log';
import type { Graph } from '../graph/graph.js';
import { coerceVariables } from '../graph/variables.js';
import type { ReadmitFeed } from './feed-admission.js';
import { FeedCounts, type FeedObserver } from './feed-counts.js';
import { FeedGroup, type GroupSurroundings } from './feed-group.js';
import { FeedMember } from './feed-member.js';
import { type FeedMove, refusalOf, regroup } from './feed-move.js';
import type { FeedPlan, Variables } from './feed-plan.js';
import type { SubscribeFeed } from './feed-subscriber.js';
import { FlushClock } from './flush-clock.js';
import { groupKey } from './group-key.js';
import { ParkingLot } from './parking-lot.js';
import { RingBudget } from './ring-budget.js';
import type { SubgraphSocket } from './subgraph-socket.js';

export interface SharedFeedsOptions {
  /** The present one. */
  graph: Graph;
  /** For feeds that were planned for another graph than the present one. */
  readmit: ReadmitFeed;
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
  /** What the open feeds were planned as: a graph that is to become current is planned for these first. */
  openPlans(): ReadonlySet<FeedPlan>;
  /** Goes on, on this graph, with every feed that it serves; ends those that it does not, and tells why. */
  useGraph(graph: Graph): void;
  readonly counts: Readonly<FeedCounts>;
  /** What the rings hold. */
  readonly ringBytes: number;
}

export function createSharedFeeds(options: SharedFeedsOptions): SharedFeeds {
  const { internalKey, log } = options;
  let { graph } = options;
  const groups = new Map<string, FeedGroup>();
  const counts = new FeedCounts(options.observer);
  const rings = new RingBudget();
  const around: GroupSurroundings = {
    socketOf: ({ primary }) => {
      const socket = options.socketOf(primary.serviceName);
      if (!socket) throw new Error(`There is no connection to the subgraph "${primary.serviceName}".`);
      return socket;
    },
    internalKey,
    clock: options.clock ?? new FlushClock(options.flushMs),
    rings,
    parking: options.parking ?? new ParkingLot(),
    counts,
    log,
  };
  const move: FeedMove = {
    groups,
    open: (key, plan, variables) => {
      const group = new FeedGroup(key, plan, variables, around, (empty) => {
        // After a move the key may be another's.
        if (groups.get(empty.key) === empty) groups.delete(empty.key);
      });
      groups.set(key, group);
      return group;
    },
    readmit: options.readmit,
    counts,
    log,
  };

  return {
    counts,
    get ringBytes() {
      return rings.bytes;
    },
    subscribe: ({ plan, variables, after, subscriber }) => {
      const member = new FeedMember(subscriber, plan, variables);
      let coerced: Variables;
      try {
        // Its transport planned it a moment ago, and the graph may have changed since.
        if (plan.graph === graph) coerced = coerceVariables(graph.schema, plan.operation, variables);
        else ({ plan: member.plan, variables: coerced } = options.readmit(plan, variables));
      } catch (error) {
        if (plan.graph === graph) throw error;
        const errors = refusalOf(error, log);
        queueMicrotask(() => member.end(errors));
        return () => member.leave();
      }
      member.begin(after ?? member.plan.resume?.startAfter(coerced));
      const key = groupKey(member.plan, coerced, subscriber.viewer());
      const group = groups.get(key) ?? move.open(key, member.plan, coerced);
      group.admit(member);
      return () => member.leave();
    },
    openPlans: () => {
      const plans = new Set<FeedPlan>();
      for (const group of groups.values()) {
        plans.add(group.plan);
        for (const member of group.members) plans.add(member.plan);
      }
      return plans;
    },
    useGraph: (next) => {
      graph = next;
      regroup(move);
    },
  };
}
