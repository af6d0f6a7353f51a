/**
 * `persist`: results stored and published in a second, from XADD to the durable stream to the row's commit and the
 * PUBLISH that wakes the feeds; beside bare inserts of the same rows.
 */
import { Redis } from 'ioredis';
import pg from 'pg';
import type { Bench, BenchContext, BenchResult, Row } from './bench.js';
import { type RoundInProgress, roundInProgress } from './round-in-progress.js';
import { type CpuTimes, cpuPerEvent, cpuTimes } from './server-cpu.js';
import type { Stack } from './stack.js';
import { median } from './statistics.js';
import { rawInserts, storeAndPublish, storedInsights } from './stored-results.js';

const RUNS = 5;
const ROUNDS = 20;
const TARGET_PER_SECOND = 15_000;
/** What a backlog is held against: it is to drain at ten times this rate (reliability). */
const LIVE_PER_SECOND = 1000;
/** How many results are on their way at most, and of how many in all; the last is a backlog, all at once. */
const ARRIVALS = [
  { window: 1, count: 200 },
  { window: 10, count: 2000 },
  { window: 100, count: 8000 },
  { window: 1000, count: 20_000 },
  { window: 20_000, count: 20_000 },
] as const;
const BACKLOG = 20_000;
const RAW = { count: 10_000, batches: [100, 500] } as const;

interface Measured {
  perSecond: Map<number, number[]>;
  cpuMs: Map<number, CpuTimes[]>;
  raw: Map<number, number[]>;
}

export const persist: Bench = {
  name: 'persist',
  summary: 'results stored and published a second, beside bare inserts of the same rows',

  async run(context: BenchContext): Promise<BenchResult> {
    const stack = await context.stack();
    if (!stack.databaseUrl) throw new Error('persist counts rows: it needs DATABASE_URL beside GATEWAY_URL.');
    const redis = new Redis(stack.redisUrl);
    const database = new pg.Client({ connectionString: stack.databaseUrl });
    await database.connect();
    try {
      const rounds: RoundInProgress[] = [];
      while (rounds.length < ROUNDS) rounds.push(await roundInProgress(stack));
      let stored = 0;
      const store = async (window: number, count: number) => {
        stored += count;
        return storeAndPublish(stack, redis, { rounds, window, count });
      };
      await store(BACKLOG, 10_000);
      await rawInserts(database, RAW.count, RAW.batches[0]);
      const measured: Measured = { perSecond: new Map(), cpuMs: new Map(), raw: new Map() };
      for (let run = 1; run <= RUNS; run++) {
        context.progress(`persist: run ${run} of ${RUNS}`);
        for (const batch of RAW.batches) add(measured.raw, batch, await rawInserts(database, RAW.count, batch));
        for (const { window, count } of ARRIVALS) {
          const before = cpuTimes(stack);
          add(measured.perSecond, window, count / (await store(window, count)));
          add(measured.cpuMs, window, cpuPerEvent(before, cpuTimes(stack), count));
        }
      }
      return summarise(measured, await faultsOf(stack, database, rounds, stored));
    } finally {
      redis.disconnect();
      await database.end();
    }
  },
};

async function faultsOf(stack: Stack, database: pg.Client, rounds: RoundInProgress[], sent: number): Promise<string[]> {
  const { rows, promised } = await storedInsights(database, rounds);
  const faults: string[] = [];
  if (rows !== sent) faults.push(`${sent} results were sent and ${rows} are stored at ${stack.graphUrl}`);
  if (rows !== promised) faults.push(`sequences have gaps: ${rows} rows up to ${promised}`);
  return faults;
}

function summarise({ perSecond, cpuMs, raw }: Measured, faults: string[]): BenchResult {
  const rate = (window: number) => Math.round(median(perSecond.get(window) ?? [Number.NaN]));
  const rawRate = (batch: number) => Math.round(median(raw.get(batch) ?? [Number.NaN]));
  const cpu = new Map([...cpuMs].map(([window, runs]) => [window, medianCpu(runs)]));
  const backlog = rate(BACKLOG);
  return {
    runs: RUNS,
    figures: {
      ...Object.fromEntries(
        ARRIVALS.map(({ window }) => [
          window === BACKLOG ? 'backlogPerSecond' : `window${window}PerSecond`,
          rate(window),
        ]),
      ),
      ...Object.fromEntries(RAW.batches.map((batch) => [`rawInserts${batch}PerSecond`, rawRate(batch)])),
      ...Object.fromEntries(
        Object.entries(cpu.get(BACKLOG) ?? {}).map(([service, ms]) => [`backlogCpuUsPerResult_${service}`, micros(ms)]),
      ),
    },
    ratios: {
      backlogToRawInserts100: round2(backlog / rawRate(100)),
      backlogToRawInserts500: round2(backlog / rawRate(500)),
      backlogToLiveRate: round2(backlog / LIVE_PER_SECOND),
    },
    rows: [
      ...ARRIVALS.map(({ window }) => row(title(window), rate(window), cpu.get(window) ?? {})),
      ...RAW.batches.map((batch) => row(`bare inserts, ${batch} rows a statement (ceiling)`, rawRate(batch), {})),
    ],
    notes: [
      `Over ${ROUNDS} rounds; medians of ${RUNS} runs.`,
      `Target: ${TARGET_PER_SECOND} stored and published a second from a backlog: ${backlog >= TARGET_PER_SECOND ? 'met' : 'not met'}.`,
      `Target: a backlog drains at ten times the live rate of ${LIVE_PER_SECOND}/s or more: ${backlog >= 10 * LIVE_PER_SECOND ? 'met' : 'not met'}.`,
    ],
    curves: [
      {
        name: 'persist',
        title: 'Results stored and published',
        xLabel: 'results on their way at a time',
        yLabel: 'a second',
        series: [{ name: 'insights', points: ARRIVALS.map(({ window }) => ({ x: window, y: rate(window) })) }],
      },
    ],
    faults,
  };
}

const title = (window: number) =>
  window === BACKLOG ? `a backlog of ${BACKLOG}` : `${window} on ${window === 1 ? 'its' : 'their'} way at a time`;

const COUNTED = ['insights', 'postgres', 'redis'] as const;

function medianCpu(runs: readonly CpuTimes[]): CpuTimes {
  const measured = COUNTED.filter((service) => runs.every((cpu) => cpu[service] !== undefined));
  return Object.fromEntries(measured.map((service) => [service, median(runs.map((cpu) => cpu[service] ?? 0))]));
}

const row = (name: string, perSecond: number, cpu: CpuTimes): Row => ({
  name,
  cells: {
    'a second': String(perSecond),
    ...Object.fromEntries(
      COUNTED.map((service) => [`${service} µs`, service in cpu ? String(micros(cpu[service] ?? 0)) : '']),
    ),
  },
});

function add<K, V>(to: Map<K, V[]>, key: K, value: V): void {
  const list = to.get(key);
  if (list) list.push(value);
  else to.set(key, [value]);
}

const micros = (ms: number): number => Math.round(ms * 1000);
const round2 = (value: number): number => Math.round(value * 100) / 100;
