/**
 * `reconnect`: 2,000 clients lose their connections while events go on, and all come back with the cursor of the last
 * event that each of them has. Counted at the subgraph: what the gateway asked it for; at every client: each sequence.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Bench, BenchContext, BenchResult, Row } from '../bench.js';
import { median, percentile } from '../statistics.js';
import { Crowd } from './crowd.js';
import { FeedPlace } from './feed-place.js';
import { ratio, thousands, verdict } from './figures.js';
import { nowUs } from './insight-event.js';
import type { RawSubscriber } from './raw-subscriber.js';
import type { FeedServer } from './subjects.js';

const CLIENTS = 2000;
const ROUNDS = 20;
const RUNS = 5;
/** Of each round: 20,000 frames a second in all. */
const EVENTS_PER_SECOND = 10;
/** The clients are cut off in so many parts, a few events apart, so that they come back with different cursors. */
const PARTS = 5;
const BETWEEN_PARTS_MS = 300;
const AWAY_MS = 500;
/** More than a run takes; the flow is ended when all are live. */
const LONGEST_FLOW_S = 60;
const TARGET_LIVE_MS = 5000;

interface Return {
  /** From the first client's connection until the last was live: had an event that was sent after it had come back. */
  liveMs: number;
  /** The same of each client, from its own connection on. */
  eachMs: readonly number[];
  /** (round, cursor) pairs with which clients came, and what the subgraph was asked for. */
  cursors: number;
  queries: number;
  /** (round, cursor) pairs for which it was asked more than once. */
  repeatedQueries: number;
}

export const reconnect: Bench = {
  name: 'reconnect',
  summary: `${CLIENTS} clients come back at once with their cursors, while events go on`,

  run: (context: BenchContext): Promise<BenchResult> =>
    FeedPlace.use(context, CLIENTS, async (place) => {
      const server = await place.start('gateway');
      const returns: Return[] = [];
      await comeBack(place, server, 'warm-up');
      for (let run = 1; run <= RUNS; run++) {
        context.progress(`reconnect: run ${run} of ${RUNS}`);
        returns.push(await comeBack(place, server, String(run)));
      }
      return { ...summarise(returns), pinned: place.pinned };
    }),
};

async function comeBack(place: FeedPlace, server: FeedServer, run: string): Promise<Return> {
  const { source } = place;
  const rounds = Array.from({ length: ROUNDS }, (_, i) => `reconnect-${run}-${i}`);
  const before = new Crowd({ server, source, sampleEvery: 1 });
  await before.join(Array.from({ length: CLIENTS }, (_, i) => ({ roundId: rounds[i % ROUNDS] ?? '' })));
  await before.untilLive();

  const perSecond = EVENTS_PER_SECOND * ROUNDS;
  const flow = source.emit({ rounds, turns: perSecond * LONGEST_FLOW_S, burst: 1, perSecond });
  const returning: { roundId: string; after: number }[] = [];
  const parts = Math.ceil(CLIENTS / PARTS);
  for (let part = 0; part < PARTS; part++) {
    await before.orFault(sleep(BETWEEN_PARTS_MS));
    const leaving = before.subscribers.slice(0, parts);
    before.leave(leaving);
    returning.push(...leaving.map(({ options, position }) => ({ roundId: options.roundId, after: position })));
  }
  await sleep(AWAY_MS);

  const { crowd: after, liveMs, eachMs } = await allLive(place, server, returning);
  await source.stopEmitting();
  await after.orFault(flow);
  // Each client has every event after its cursor once and in order, or it throws.
  await after.untilCaughtUp();
  const { asked } = await source.report();
  after.leave();
  const caughtUp = asked.filter((entry) => entry.after !== null && rounds.includes(entry.roundId));
  return {
    liveMs,
    eachMs,
    cursors: new Set(returning.map(({ roundId, after: cursor }) => `${roundId} ${cursor}`)).size,
    queries: caughtUp.reduce((sum, { times }) => sum + times, 0),
    repeatedQueries: caughtUp.filter(({ times }) => times > 1).length,
  };
}

async function allLive(place: FeedPlace, server: FeedServer, returning: readonly { roundId: string; after: number }[]) {
  const startedUs = nowUs();
  const liveAfterUs = new Map<RawSubscriber, number>();
  const all = Promise.withResolvers<void>();
  const crowd = new Crowd({
    server,
    source: place.source,
    sampleEvery: 1,
    onAge: (us, subscriber) => {
      const now = nowUs();
      if (liveAfterUs.has(subscriber) || now - us < subscriber.openedAtUs) return;
      liveAfterUs.set(subscriber, now - subscriber.openedAtUs);
      if (liveAfterUs.size === returning.length) all.resolve();
    },
  });
  await crowd.join(returning);
  await crowd.orFault(all.promise);
  const eachMs = [...liveAfterUs.values()].map((us) => us / 1000);
  return { crowd, liveMs: (nowUs() - startedUs) / 1000, eachMs };
}

function summarise(returns: readonly Return[]): BenchResult {
  const liveMs = median(returns.map((r) => r.liveMs));
  const eachP99Ms = median(returns.map((r) => percentile(r.eachMs, 0.99)));
  const cursors = median(returns.map((r) => r.cursors));
  const queries = median(returns.map((r) => r.queries));
  const repeatedQueries = Math.max(...returns.map((r) => r.repeatedQueries));
  const once = repeatedQueries === 0 && returns.every((r) => r.queries <= r.cursors);
  const row = (name: string, value: string): Row => ({ name, cells: { measured: value } });
  return {
    runs: returns.length,
    figures: {
      clients: CLIENTS,
      rounds: ROUNDS,
      allLiveMs: Math.round(liveMs),
      clientLiveP99Ms: Math.round(eachP99Ms),
      cursors,
      catchUpQueries: queries,
      repeatedQueries,
      lost: 0,
      repeated: 0,
    },
    ratios: { queriesToClients: ratio(queries, CLIENTS) },
    rows: [
      row('all clients live again, s', (liveMs / 1000).toFixed(2)),
      row('one client live, p99, s', (eachP99Ms / 1000).toFixed(2)),
      row('(round, cursor) pairs that came back', thousands(cursors)),
      row('catch-up queries to the subgraph', thousands(queries)),
      row('asked more than once for a pair', thousands(repeatedQueries)),
      row('events lost, repeated', '0, 0'),
    ],
    notes: [
      `Target: all live ≤ ${TARGET_LIVE_MS / 1000} s: ${verdict(liveMs <= TARGET_LIVE_MS)}`,
      `Target: one catch-up query for each (round, cursor): ${verdict(once)}`,
      'Target: none lost, none repeated: met; a client that misses an event or has one twice ends the benchmark.',
    ],
    faults: [],
  };
}
