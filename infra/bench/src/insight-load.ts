/**
 * Insights at a steady rate over rounds with a subscriber each, and how long each took from before its publication
 * until a subscriber had it parsed. Publisher and subscribers are one process, so there is one clock.
 */
import type { Redis } from 'ioredis';
import { Arrivals } from './arrivals.js';
import { insightResult, publish } from './result-publisher.js';
import type { RoundInProgress } from './round-in-progress.js';
import { type CpuTimes, cpuPerEvent, cpuTimes } from './server-cpu.js';
import type { Stack } from './stack.js';
import { type Latency, latencyOf } from './statistics.js';
import { steadyRate } from './steady-rate.js';
import { subscribe } from './subscriber.js';

/** After the last one was published. */
const ARRIVAL_LIMIT_MS = 20_000;
const OPENING = { attempts: 300, perSecond: 10 };

const FEEDS = {
  plain: 'subscription ($roundId: ID!) { insightAdded(roundId: $roundId) { id type severity value cursor } }',
  federated:
    'subscription ($roundId: ID!) { insightAdded(roundId: $roundId) { id type severity value cursor round { status } } }',
} as const;
export type FeedKind = keyof typeof FEEDS;

export interface InsightLoad {
  feed: FeedKind;
  /** The insights go to them in turn. */
  rounds: readonly RoundInProgress[];
  perSecond: number;
  seconds: number;
}

export interface Delivered {
  latency: Latency;
  lost: number;
  repeated: number;
  outOfOrder: number;
  /** CPU time of each server for each event, ms; others' load does not change it much. */
  cpuMs: CpuTimes;
}

export async function deliverInsights(stack: Stack, redis: Redis, load: InsightLoad): Promise<Delivered> {
  const { rounds, perSecond } = load;
  const perRound = Math.ceil((perSecond * load.seconds) / rounds.length);
  const count = perRound * rounds.length;
  const followed = rounds.map((round) => follow(stack, round, load.feed, perRound));
  const failed = Promise.race(followed.map(({ subscriber }) => subscriber.failed));
  failed.catch(() => 'whoever waits below is told');
  try {
    await Promise.race([failed, Promise.all(followed.map(({ round, opened }) => untilOpen(redis, round, opened)))]);
    const before = cpuTimes(stack);
    const sent = steadyRate(count, perSecond, async (index) => {
      const to = followed[index % followed.length];
      if (!to) return;
      const result = insightResult(to.round.id, to.round.startedAtMs);
      to.arrivals.sent(result.id);
      await publish(redis, result);
    });
    await Promise.race([failed, sent]);
    await Promise.race([failed, Promise.all(followed.map(({ arrivals }) => arrivals.complete(ARRIVAL_LIMIT_MS)))]);
    const cpuMs = cpuPerEvent(before, cpuTimes(stack), count);
    const sum = (of: (arrivals: Arrivals) => number) => followed.reduce((total, f) => total + of(f.arrivals), 0);
    return {
      latency: latencyOf(followed.flatMap(({ arrivals }) => arrivals.latencies)),
      lost: sum(({ lost }) => lost),
      repeated: sum(({ repeated }) => repeated),
      outOfOrder: sum(({ outOfOrder }) => outOfOrder),
      cpuMs,
    };
  } finally {
    await Promise.all(followed.map(({ subscriber }) => subscriber.close()));
  }
}

function follow(stack: Stack, round: RoundInProgress, feed: FeedKind, expected: number) {
  const arrivals = new Arrivals(expected);
  const opened = Promise.withResolvers<void>();
  const subscriber = subscribe({
    url: stack.socketUrl,
    token: round.interviewerToken,
    query: FEEDS[feed],
    variables: { roundId: round.id },
    onData: ({ insightAdded }) => {
      opened.resolve();
      // The document selects it, and events with errors do not come here.
      arrivals.received((insightAdded as { id: string }).id);
    },
  });
  return { round, arrivals, subscriber, opened: opened.promise };
}

/** A feed says nothing when it opens: insights that are not measured are published until one arrives. */
async function untilOpen(redis: Redis, round: RoundInProgress, opened: Promise<void>): Promise<void> {
  let open = false;
  void opened.then(() => {
    open = true;
  });
  await steadyRate(
    OPENING.attempts,
    OPENING.perSecond,
    () => publish(redis, insightResult(round.id, round.startedAtMs)),
    () => open,
  );
  if (!open) throw new Error(`A feed did not open within ${OPENING.attempts / OPENING.perSecond} s.`);
}
