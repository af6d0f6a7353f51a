/**
 * `latency`: from an ML result's publication to its arrival at the interviewer's socket, through the durable
 * stream, the insights subgraph with its commit, Redis and the gateway; beside a bare Redis hop and a bare
 * PostgreSQL commit at the same rate.
 */
import { randomUUID } from 'node:crypto';
import { Redis } from 'ioredis';
import type { Bench, BenchContext, BenchResult, Row } from './bench.js';
import { postgresCommit, redisPubSub } from './ceilings.js';
import { type Delivered, deliverInsights, type FeedKind } from './insight-load.js';
import { insightResult } from './result-publisher.js';
import { type RoundInProgress, roundInProgress } from './round-in-progress.js';
import type { CpuTimes } from './server-cpu.js';
import { type Latency, latencyOf, median, medianOfRuns } from './statistics.js';

const RUNS = 5;
const ROUNDS = 20;
/** The rate of the target. */
const PER_SECOND = 1000;
const TARGET = { p50: 15, p99: 50 };
const CEILING_SECONDS = 1;

interface Setting {
  name: string;
  feed: FeedKind;
  rounds: number;
  perSecond: number;
  seconds: number;
}

/** The four that the target is about, and the curve of the plain and the federated feed over the rate. */
const SETTINGS: readonly Setting[] = [
  { name: 'plain', feed: 'plain', rounds: ROUNDS, perSecond: PER_SECOND, seconds: 2.5 },
  { name: 'federated', feed: 'federated', rounds: ROUNDS, perSecond: PER_SECOND, seconds: 2.5 },
  { name: 'plainOneRound', feed: 'plain', rounds: 1, perSecond: PER_SECOND, seconds: 2.5 },
  { name: 'federatedOneRound', feed: 'federated', rounds: 1, perSecond: PER_SECOND, seconds: 2.5 },
  ...[200, 500, 2000].flatMap((perSecond) =>
    (['plain', 'federated'] as const).map((feed) => ({
      name: `${feed}At${perSecond}`,
      ...{ feed, rounds: ROUNDS, perSecond, seconds: 1.5 },
    })),
  ),
];

export const latency: Bench = {
  name: 'latency',
  summary: "ML result published to the interviewer's socket, beside a Redis hop and a PostgreSQL commit",

  async run(context: BenchContext): Promise<BenchResult> {
    const stack = await context.stack();
    const redis = new Redis(stack.redisUrl);
    try {
      const rounds: RoundInProgress[] = [];
      while (rounds.length < ROUNDS) rounds.push(await roundInProgress(stack));
      const deliver = ({ feed, rounds: count, perSecond, seconds }: Setting) =>
        deliverInsights(stack, redis, { feed, rounds: rounds.slice(0, count), perSecond, seconds });
      for (const setting of SETTINGS.slice(0, 2)) await deliver(setting);
      const measured: Measured = { bySetting: new Map(SETTINGS.map(({ name }) => [name, []])), hops: [], commits: [] };
      for (let run = 1; run <= RUNS; run++) {
        context.progress(`latency: run ${run} of ${RUNS}`);
        const payload = JSON.stringify(insightResult(randomUUID(), 0));
        const load = { count: PER_SECOND * CEILING_SECONDS, perSecond: PER_SECOND, payload };
        measured.hops.push(latencyOf(await redisPubSub(stack.redisUrl, load)));
        if (stack.databaseUrl) measured.commits.push(latencyOf(await postgresCommit(stack.databaseUrl, load)));
        for (const setting of SETTINGS) measured.bySetting.get(setting.name)?.push(await deliver(setting));
      }
      return summarise(measured);
    } finally {
      redis.disconnect();
    }
  },
};

interface Measured {
  /** A phase for each run. */
  bySetting: Map<string, Delivered[]>;
  hops: Latency[];
  commits: Latency[];
}

function summarise({ bySetting, hops, commits }: Measured): BenchResult {
  const latencies = new Map([...bySetting].map(([name, runs]) => [name, medianOfRuns(runs.map((r) => r.latency))]));
  const at = (name: string): Latency => latencies.get(name) ?? latencyOf([Number.NaN]);
  const hop = medianOfRuns(hops);
  const commit = commits.length > 0 ? medianOfRuns(commits) : undefined;
  const floorMs = commit && 2 * hop.p50 + commit.p50;
  const sum = (of: (run: Delivered) => number) =>
    [...bySetting.values()].flat().reduce((total, run) => total + of(run), 0);
  const [lost, repeated, outOfOrder] = [sum((r) => r.lost), sum((r) => r.repeated), sum((r) => r.outOfOrder)];
  const cpu = new Map([...bySetting].map(([name, runs]) => [name, medianCpu(runs.map((run) => run.cpuMs))]));
  return {
    runs: RUNS,
    figures: {
      perSecond: PER_SECOND,
      events: SETTINGS.reduce((total, { perSecond, seconds }) => total + perSecond * seconds * RUNS, 0),
      ...Object.assign({}, ...[...latencies].map(([name, ms]) => named(name, ms))),
      ...named('redisHop', hop),
      ...(commit ? named('commit', commit) : {}),
      ...Object.assign({}, ...['plain', 'federated'].map((name) => cpuFigures(name, cpu.get(name) ?? {}))),
      lost,
      repeated,
      outOfOrder,
    },
    ratios: {
      federatedToPlainP50: round2(at('federated').p50 / at('plain').p50),
      plainToRedisHopP50: round2(at('plain').p50 / hop.p50),
      ...(floorMs ? { plainToFloorP50: round2(at('plain').p50 / floorMs) } : {}),
    },
    rows: [
      ...SETTINGS.map((setting) => row(title(setting), at(setting.name), cpu.get(setting.name))),
      row('Redis PUBLISH to message (ceiling)', hop),
      ...(commit ? [row('PostgreSQL insert + commit (ceiling)', commit)] : []),
    ],
    notes: [
      `A subscriber for each round; ${RUNS} runs, medians of the runs.`,
      `Target at ${PER_SECOND}/s, p50 ≤ ${TARGET.p50} ms and p99 ≤ ${TARGET.p99} ms: ${SETTINGS.filter(
        ({ perSecond }) => perSecond === PER_SECOND,
      )
        .map(({ name }) => `${name} ${verdictOn(at(name))}`)
        .join(', ')}.`,
      `Lost ${lost}, repeated ${repeated}, out of order ${outOfOrder}.`,
      'Floor of the ratios: two Redis hops and one commit, at their p50.',
      ...['plain', 'federated'].flatMap((name) => cpuNote(name, cpu.get(name) ?? {})),
    ],
    curves: [
      {
        name: 'latency',
        title: "ML result to the interviewer's socket",
        xLabel: 'insights a second',
        yLabel: 'p99 in ms',
        series: (['plain', 'federated'] as const).map((feed) => ({
          name: feed,
          points: SETTINGS.filter((setting) => setting.feed === feed && setting.rounds === ROUNDS)
            .map(({ name, perSecond }) => ({ x: perSecond, y: round2(at(name).p99) }))
            .sort((a, b) => a.x - b.x),
        })),
      },
    ],
    faults: lost + repeated + outOfOrder > 0 ? [`lost ${lost}, repeated ${repeated}, out of order ${outOfOrder}`] : [],
  };
}

const title = ({ feed, rounds, perSecond }: Setting) =>
  `insightAdded${feed === 'federated' ? ' { round { status } }' : ''}, ${perSecond}/s, ${rounds === 1 ? 'one round' : `${rounds} rounds`}`;

const verdictOn = ({ p50, p99 }: Latency) => (p50 <= TARGET.p50 && p99 <= TARGET.p99 ? 'met' : 'not met');

const row = (name: string, { p50, p95, p99 }: Latency, cpu?: CpuTimes): Row => ({
  name,
  cells: {
    'p50 ms': p50.toFixed(2),
    'p95 ms': p95.toFixed(2),
    'p99 ms': p99.toFixed(2),
    'servers’ CPU ms an event': cpu && Object.keys(cpu).length > 0 ? total(cpu).toFixed(2) : '',
  },
});

const total = (cpu: CpuTimes) => Object.values(cpu).reduce((sum, ms) => sum + ms, 0);

const named = (name: string, { p50, p95, p99 }: Latency): Record<string, number> => ({
  [`${name}P50Ms`]: round2(p50),
  [`${name}P95Ms`]: round2(p95),
  [`${name}P99Ms`]: round2(p99),
});

/** What an insight passes through. */
const COUNTED = ['insights', 'rounds', 'gateway', 'redis', 'postgres'];

function medianCpu(runs: readonly CpuTimes[]): CpuTimes {
  const measured = COUNTED.filter((service) => runs.every((cpu) => cpu[service] !== undefined));
  return Object.fromEntries(measured.map((service) => [service, median(runs.map((cpu) => cpu[service] ?? 0))]));
}

const cpuFigures = (name: string, cpu: CpuTimes): Record<string, number> =>
  Object.fromEntries(Object.entries(cpu).map(([service, ms]) => [`${name}CpuMsPerEvent_${service}`, round2(ms)]));

function cpuNote(name: string, cpu: CpuTimes): string[] {
  const parts = Object.entries(cpu).map(([service, ms]) => `${service} ${ms.toFixed(2)}`);
  return parts.length === 0 ? [] : [`CPU ms an event at ${PER_SECOND}/s, ${name}: ${parts.join(', ')}`];
}

const round2 = (value: number): number => Math.round(value * 100) / 100;
