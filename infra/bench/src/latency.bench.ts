/**
 * `latency`: from an ML result's publication to its arrival at the interviewer's socket, through the durable
 * stream, the insights subgraph with its commit, Redis and the gateway; beside a bare Redis hop and a bare
 * PostgreSQL commit at the same rate.
 */
import { randomUUID } from 'node:crypto';
import { Redis } from 'ioredis';
import { Arrivals } from './arrivals.js';
import type { Bench, BenchContext, BenchResult, Row } from './bench.js';
import { postgresCommit, redisPubSub } from './ceilings.js';
import { cpuTimeMs } from './machine.js';
import { insightResult, publish } from './result-publisher.js';
import { type RoundInProgress, roundInProgress } from './round-in-progress.js';
import type { Stack } from './stack.js';
import { type Latency, latencyOf, median, medianOfRuns } from './statistics.js';
import { steadyRate } from './steady-rate.js';
import { subscribe } from './subscriber.js';

const PER_SECOND = 200;
const SECONDS = 10;
const RUNS = 5;
const WARM_UP = PER_SECOND * 3;
/** After the last one was published. */
const ARRIVAL_LIMIT_MS = 10_000;
const OPENING = { attempts: 300, perSecond: 10 };
const TARGET = { p50: 15, p99: 50 };

const FEEDS = {
  plain: 'subscription ($roundId: ID!) { insightAdded(roundId: $roundId) { id type severity value cursor } }',
  federated:
    'subscription ($roundId: ID!) { insightAdded(roundId: $roundId) { id type severity value cursor round { status } } }',
} as const;
type FeedKind = keyof typeof FEEDS;

interface Phase {
  latency: Latency;
  lost: number;
  repeated: number;
  outOfOrder: number;
  /** CPU time of each server for each event, ms, by service; others' load does not change it much. */
  cpuMs: Record<string, number>;
}

export const latency: Bench = {
  name: 'latency',
  summary: "ML result published to the interviewer's socket, beside a Redis hop and a PostgreSQL commit",

  async run(context: BenchContext): Promise<BenchResult> {
    const stack = await context.stack();
    const redis = new Redis(stack.redisUrl);
    try {
      await phase(stack, redis, 'plain', WARM_UP);
      await phase(stack, redis, 'federated', WARM_UP);
      const plain: Phase[] = [];
      const federated: Phase[] = [];
      const hops: Latency[] = [];
      const commits: Latency[] = [];
      const count = PER_SECOND * SECONDS;
      for (let run = 1; run <= RUNS; run++) {
        context.progress(`latency: run ${run} of ${RUNS}`);
        const load = { count, perSecond: PER_SECOND, payload: JSON.stringify(insightResult(randomUUID(), 0)) };
        hops.push(latencyOf(await redisPubSub(stack.redisUrl, load)));
        if (stack.databaseUrl) commits.push(latencyOf(await postgresCommit(stack.databaseUrl, load)));
        plain.push(await phase(stack, redis, 'plain', count));
        federated.push(await phase(stack, redis, 'federated', count));
      }
      return summarise({ plain, federated, hops, commits });
    } finally {
      redis.disconnect();
    }
  },
};

/** One feed of a round of its own, `count` insights at the steady rate. */
async function phase(stack: Stack, redis: Redis, kind: FeedKind, count: number): Promise<Phase> {
  const round = await roundInProgress(stack);
  const arrivals = new Arrivals(count);
  const opened = Promise.withResolvers<void>();
  const subscriber = subscribe({
    url: stack.socketUrl,
    token: round.interviewerToken,
    query: FEEDS[kind],
    variables: { roundId: round.id },
    onData: ({ insightAdded }) => {
      opened.resolve();
      // The document selects it, and events with errors do not come here.
      arrivals.received((insightAdded as { id: string }).id);
    },
  });
  try {
    await Promise.race([subscriber.failed, untilOpen(redis, round, opened.promise)]);
    const cpuBefore = cpuTimes(stack);
    const load = steadyRate(count, PER_SECOND, async () => {
      const result = insightResult(round.id, round.startedAtMs);
      arrivals.sent(result.id);
      await publish(redis, result);
    });
    await Promise.race([subscriber.failed, load]);
    await Promise.race([subscriber.failed, arrivals.complete(ARRIVAL_LIMIT_MS)]);
    const { lost, repeated, outOfOrder } = arrivals;
    const cpuMs = perEvent(cpuBefore, cpuTimes(stack), count);
    return { latency: latencyOf(arrivals.latencies), lost, repeated, outOfOrder, cpuMs };
  } finally {
    await subscriber.close();
  }
}

function cpuTimes(stack: Stack): Map<string, number> {
  return new Map(
    Object.entries(stack.pids()).flatMap(([service, pid]) => {
      const used = cpuTimeMs(pid);
      return used === undefined ? [] : [[service, used] as const];
    }),
  );
}

function perEvent(before: Map<string, number>, after: Map<string, number>, events: number): Record<string, number> {
  return Object.fromEntries(
    [...after].map(([service, used]) => [service, (used - (before.get(service) ?? used)) / events]),
  );
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
  if (!open) throw new Error(`The feed did not open within ${OPENING.attempts / OPENING.perSecond} s.`);
}

interface Measured {
  plain: Phase[];
  federated: Phase[];
  hops: Latency[];
  commits: Latency[];
}

function summarise({ plain, federated, hops, commits }: Measured): BenchResult {
  const plainMs = medianOfRuns(plain.map((p) => p.latency));
  const federatedMs = medianOfRuns(federated.map((p) => p.latency));
  const hopMs = medianOfRuns(hops);
  const commitMs = commits.length > 0 ? medianOfRuns(commits) : undefined;
  const sum = (of: (phase: Phase) => number) => [...plain, ...federated].reduce((total, p) => total + of(p), 0);
  const [lost, repeated, outOfOrder] = [sum((p) => p.lost), sum((p) => p.repeated), sum((p) => p.outOfOrder)];

  const floorMs = commitMs && 2 * hopMs.p50 + commitMs.p50;
  const cpu = { plain: medianCpu(plain), federated: medianCpu(federated) };
  const rows: Row[] = [
    row('insightAdded', plainMs),
    row('insightAdded { round { status } }', federatedMs),
    row('Redis PUBLISH to message (ceiling)', hopMs),
    ...(commitMs ? [row('PostgreSQL insert + commit (ceiling)', commitMs)] : []),
  ];
  return {
    runs: RUNS,
    figures: {
      perSecond: PER_SECOND,
      events: (plain.length + federated.length) * PER_SECOND * SECONDS,
      ...named('plain', plainMs),
      ...named('federated', federatedMs),
      ...named('redisHop', hopMs),
      ...(commitMs ? named('commit', commitMs) : {}),
      ...cpuFigures('plain', cpu.plain),
      ...cpuFigures('federated', cpu.federated),
      lost,
      repeated,
      outOfOrder,
    },
    ratios: {
      federatedToPlainP50: round2(federatedMs.p50 / plainMs.p50),
      plainToRedisHopP50: round2(plainMs.p50 / hopMs.p50),
      ...(floorMs ? { plainToFloorP50: round2(plainMs.p50 / floorMs) } : {}),
    },
    rows,
    notes: [
      `${PER_SECOND} insights a second, ${SECONDS} s for each of ${RUNS} runs; medians of the runs.`,
      `Target p50 ≤ ${TARGET.p50} ms and p99 ≤ ${TARGET.p99} ms: plain ${verdictOn(plainMs)}, federated ${verdictOn(federatedMs)}.`,
      `Lost ${lost}, repeated ${repeated}, out of order ${outOfOrder}.`,
      'Floor of the ratios: two Redis hops and one commit, at their p50.',
      ...cpuNote('insightAdded', cpu.plain),
      ...cpuNote('insightAdded { round { status } }', cpu.federated),
    ],
    faults: lost + repeated + outOfOrder > 0 ? [`lost ${lost}, repeated ${repeated}, out of order ${outOfOrder}`] : [],
  };
}

const verdictOn = ({ p50, p99 }: Latency) => (p50 <= TARGET.p50 && p99 <= TARGET.p99 ? 'met' : 'not met');

const row = (name: string, { p50, p95, p99 }: Latency): Row => ({
  name,
  cells: { 'p50 ms': p50.toFixed(2), 'p95 ms': p95.toFixed(2), 'p99 ms': p99.toFixed(2) },
});

const named = (name: string, { p50, p95, p99 }: Latency): Record<string, number> => ({
  [`${name}P50Ms`]: round2(p50),
  [`${name}P95Ms`]: round2(p95),
  [`${name}P99Ms`]: round2(p99),
});

/** PostgreSQL's work is done by children of its process, which /proc counts for themselves. */
const COUNTED = ['insights', 'rounds', 'gateway', 'redis'];

function medianCpu(phases: readonly Phase[]): Record<string, number> {
  const measured = COUNTED.filter((service) => phases.every((phase) => phase.cpuMs[service] !== undefined));
  return Object.fromEntries(
    measured.map((service) => [service, median(phases.map((phase) => phase.cpuMs[service] ?? 0))]),
  );
}

const cpuFigures = (name: string, cpu: Record<string, number>): Record<string, number> =>
  Object.fromEntries(Object.entries(cpu).map(([service, ms]) => [`${name}CpuMsPerEvent_${service}`, round2(ms)]));

function cpuNote(name: string, cpu: Record<string, number>): string[] {
  const parts = Object.entries(cpu).map(([service, ms]) => `${service} ${ms.toFixed(2)}`);
  return parts.length === 0 ? [] : [`CPU ms an event, ${name}: ${parts.join(', ')}`];
}

const round2 = (value: number): number => Math.round(value * 100) / 100;
