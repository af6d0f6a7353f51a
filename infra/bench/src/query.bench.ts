/**
 * `query`: one nested query over all four subgraphs through the whole gateway, beside plain @apollo/gateway, Hive
 * Gateway in its settings, and bare fetches, on the same supergraph and the same simulated subgraphs.
 */
import type { Bench, BenchContext, BenchResult, Row } from './bench.js';
import { askOnce, type Load, load } from './query/load.js';
import { canonical, nestedRequest, PAGES } from './query/nested-query.js';
import { QueryPlace } from './query/query-place.js';
import {
  type QueryServer,
  type SubjectName,
  startApollo,
  startGateway,
  startHive,
  startRaw,
} from './query/query-subjects.js';
import { latencyOf, median, medianOfRuns } from './statistics.js';

const RUNS = 5;
const CONNECTIONS = 50;
/** CPU time of the server in a run, and before the first: until then its code is still being compiled. */
const RUN_CPU_MS = 1500;
const WARM_UP_CPU_MS = 5000;
const COMPARED_PAGES = 20;
/** Rounds of a page; the one that the table is about first. */
const BREADTHS = [20, 1, 5, 50] as const;
const CURVE_RUNS = 3;
const CURVE_CPU_MS = 1000;
const TARGETS = { apollo: 5, bestHive: 4 };

export const query: Bench = {
  name: 'query',
  summary: 'one nested query over four subgraphs, beside @apollo/gateway, Hive Gateway and bare fetches',
  run: (context) => QueryPlace.use(context, (place) => measure(context, place)),
};

interface Measured {
  server: QueryServer;
  runs: Load[];
  /** Subgraph requests for each request. */
  asked: number;
}

async function measure({ progress }: BenchContext, place: QueryPlace): Promise<BenchResult> {
  const { around } = place;
  const gateway = await place.add(startGateway(around));
  const peers = [
    await place.add(startApollo(around)),
    await place.add(startHive('hive', around)),
    await place.add(startHive('hiveJit', around)),
    await place.add(startHive('hiveRouter', around)),
    await place.add(startHive('hiveBoth', around)),
  ];
  progress('query: comparing the answers');
  const wrong = new Set<SubjectName>();
  for (const peer of peers) if (!(await answersAs(gateway, peer))) wrong.add(peer.name);
  const right = peers.filter(({ name }) => !wrong.has(name));

  await place.report();
  await askOnce(gateway.url, { body: nestedRequest({ first: BREADTHS[0] }, 0), headers: gateway.headers(0) });
  const raw = await place.add(startRaw(around, (await place.report()).lastBodies));

  const subjects: Measured[] = [gateway, ...right, raw].map((server) => ({ server, runs: [], asked: 0 }));
  for (const { server } of subjects) {
    progress(`query: warming ${server.label}`);
    await loadOn(server, BREADTHS[0], WARM_UP_CPU_MS);
  }
  for (let run = 1; run <= RUNS; run++) {
    progress(`query: run ${run} of ${RUNS}`);
    for (const subject of subjects) {
      await place.report();
      const result = await loadOn(subject.server, BREADTHS[0], RUN_CPU_MS);
      subject.asked = (await place.report()).requests / result.latencies.length;
      subject.runs.push(result);
    }
  }
  const curves = new Map<SubjectName, number[]>();
  const onCurve = subjects.filter(({ server }) => server.name !== 'raw');
  for (const first of BREADTHS.slice(1)) {
    progress(`query: pages of ${first}`);
    for (const { server } of onCurve) await loadOn(server, first, CURVE_CPU_MS);
    const runs = new Map<SubjectName, number[]>();
    for (let run = 0; run < CURVE_RUNS; run++) {
      for (const { server } of onCurve) {
        const { perCpuSecond } = await loadOn(server, first, CURVE_CPU_MS);
        runs.set(server.name, [...(runs.get(server.name) ?? []), perCpuSecond]);
      }
    }
    for (const [name, values] of runs) curves.set(name, [...(curves.get(name) ?? []), median(values)]);
  }
  return summarise(subjects, [...wrong], curves, place.pinned);
}

/** How long each page's answer is, asked in peace: under load an answer with errors instead of data would be cheap. */
const lengths = new WeakMap<QueryServer, Map<number, readonly number[]>>();

async function lengthsOf(server: QueryServer, first: number): Promise<readonly number[]> {
  const known = lengths.get(server) ?? new Map<number, readonly number[]>();
  lengths.set(server, known);
  const asked = known.get(first) ?? [];
  if (asked.length > 0) return asked;
  const found: number[] = [];
  for (let page = 0; page < PAGES; page++) {
    const { status, text } = await askOnce(server.url, {
      body: nestedRequest({ first }, page),
      headers: server.headers(page),
    });
    if (status !== 200) throw new Error(`${server.label} answered ${status}: ${text.slice(0, 200)}`);
    found.push(Buffer.byteLength(text));
  }
  known.set(first, found);
  return found;
}

async function loadOn(server: QueryServer, first: number, cpuMs: number): Promise<Load> {
  const expected = server.name === 'raw' ? [] : await lengthsOf(server, first);
  return load({
    url: server.url,
    pid: server.process.pid,
    connections: CONNECTIONS,
    request: (place) => ({ body: nestedRequest({ first }, place), headers: server.headers(place) }),
    lengthOf: (place) => expected[place % PAGES],
    cpuMs,
  });
}

/** Whether the answers are equal, byte by byte once fields are in one order, for pages of every breadth. */
async function answersAs(gateway: QueryServer, peer: QueryServer): Promise<boolean> {
  for (let page = 0; page < COMPARED_PAGES; page++) {
    const body = nestedRequest({ first: BREADTHS[page % BREADTHS.length] ?? 1 }, page);
    const [own, theirs] = await Promise.all(
      [gateway, peer].map(({ url, headers }) => askOnce(url, { body, headers: headers(page) })),
    );
    if (own?.status !== 200 || own.text.includes('"errors"')) throw new Error(`The gateway answered ${own?.text}`);
    if (theirs?.status !== 200 || canonical(JSON.parse(own.text)) !== canonical(JSON.parse(theirs.text))) return false;
  }
  return true;
}

function summarise(
  subjects: readonly Measured[],
  wrong: readonly SubjectName[],
  curves: ReadonlyMap<SubjectName, readonly number[]>,
  pinned: boolean,
): BenchResult {
  const perCpuSecond = new Map(
    subjects.map(({ server, runs }) => [server.name, median(runs.map((r) => r.perCpuSecond))]),
  );
  const of = (name: SubjectName): number => perCpuSecond.get(name) ?? Number.NaN;
  const hives = [...perCpuSecond].filter(([name]) => name.startsWith('hive')).sort(([, a], [, b]) => b - a);
  const [bestHive] = hives[0] ?? [];
  const badly = subjects.flatMap(({ server, runs }) =>
    runs.some((run) => run.wrong > 0)
      ? [`${server.label} did not answer every request as it did when it was compared`]
      : [],
  );
  const ratios = {
    toApollo: round2(of('gateway') / of('apollo')),
    ...(bestHive ? { toBestHive: round2(of('gateway') / of(bestHive)) } : {}),
    toRawFetches: round2(of('gateway') / of('raw')),
  };
  const { rows, figures } = table(subjects, perCpuSecond);
  return {
    runs: RUNS,
    pinned,
    figures: {
      ...figures,
      ...Object.fromEntries(
        [...curves].flatMap(([name, values]) =>
          values.map((value, i) => [`${name}First${BREADTHS[i + 1]}PerCpuSecond`, Math.round(value)]),
        ),
      ),
    },
    ratios,
    rows: [...rows, ...curveRows(curves, perCpuSecond)],
    notes: [
      `${CONNECTIONS} connections, ${PAGES} different pages in turn, ${RUN_CPU_MS / 1000} s of the server's CPU time for each of ${RUNS} runs, in turn with the peers; medians.`,
      `Answers of ${subjects[0]?.runs[0]?.bytes ?? 0} bytes; the CPU time is the server's process alone, with all its threads.`,
      `Server on its own core, client and subgraphs on the other: ${pinned}.`,
      `Target ≥ ${TARGETS.apollo} times @apollo/gateway: ${ratios.toApollo >= TARGETS.apollo ? 'met' : 'not met'}. ` +
        `Target ≥ ${TARGETS.bestHive} times the best Hive Gateway (${bestHive ? labelOf(subjects, bestHive) : 'none answered right'}): ` +
        `${(ratios.toBestHive ?? 0) >= TARGETS.bestHive ? 'met' : 'not met'}.`,
      ...wrong.map((name) => `Not measured, for its answers differ: ${name}.`),
    ],
    faults: [...badly, ...(bestHive ? [] : ['no setting of Hive Gateway answered right'])],
  };
}

const labelOf = (subjects: readonly Measured[], name: SubjectName): string =>
  subjects.find(({ server }) => server.name === name)?.server.label ?? name;

function table(subjects: readonly Measured[], perCpuSecond: ReadonlyMap<SubjectName, number>) {
  const rows: Row[] = [];
  const figures: Record<string, number> = {};
  for (const { server, runs, asked } of subjects) {
    const { p50, p99 } = medianOfRuns(runs.map(({ latencies }) => latencyOf(latencies)));
    const perCpu = Math.round(perCpuSecond.get(server.name) ?? 0);
    const perSecond = Math.round(median(runs.map((run) => run.perSecond)));
    rows.push({
      name: server.label,
      cells: {
        'requests / CPU-second': String(perCpu),
        'requests / s': String(perSecond),
        'p50 ms': p50.toFixed(1),
        'p99 ms': p99.toFixed(1),
        'subgraph requests each': asked.toFixed(2),
      },
    });
    figures[`${server.name}PerCpuSecond`] = perCpu;
    figures[`${server.name}PerSecond`] = perSecond;
    figures[`${server.name}P50Ms`] = round2(p50);
    figures[`${server.name}P99Ms`] = round2(p99);
  }
  return { rows, figures };
}

/** How each does as pages grow, as rows below the table. */
function curveRows(
  curves: ReadonlyMap<SubjectName, readonly number[]>,
  perCpuSecond: ReadonlyMap<SubjectName, number>,
): Row[] {
  return BREADTHS.toSorted((a, b) => a - b).map((first) => ({
    name: `pages of ${first}`,
    cells: Object.fromEntries(
      [...curves].map(([name, values]) => {
        const value = first === BREADTHS[0] ? perCpuSecond.get(name) : values[BREADTHS.indexOf(first) - 1];
        return [name, String(Math.round(value ?? 0))];
      }),
    ),
  }));
}

const round2 = (value: number): number => Math.round(value * 100) / 100;
