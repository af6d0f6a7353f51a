/**
 * `idle`: what a connection with one open subscription costs in memory while nothing happens. Resident memory of the
 * server, after a garbage collection that is asked for through Node's inspector: the process is otherwise as it is in
 * production, and what is measured is what connections keep and not when V8 chose to tidy up.
 */
import { freePort } from '@interview/local/ports';
import type { Bench, BenchContext, BenchResult, Curve } from '../bench.js';
import { residentKb } from '../machine.js';
import { median } from '../statistics.js';
import { Crowd } from './crowd.js';
import { FeedPlace } from './feed-place.js';
import { verdict } from './figures.js';
import { collectGarbage, inspectedAt } from './garbage.js';
import { type FeedServer, LABELS, type SubjectName } from './subjects.js';

const RUNS = 5;
const SIZES = [1000, 5000];
/** So many come and go first: what a server loads or sizes with its first connections is no connection's cost. */
const BEFORE = 200;
const TARGET_KB = 16;

interface Kind {
  key: string;
  subject: SubjectName;
  label: string;
  subscribersOfRound: number;
}

const KINDS: readonly Kind[] = [
  { key: 'gateway', subject: 'gateway', label: `${LABELS.gateway}, one feed`, subscribersOfRound: 5000 },
  { key: 'gatewayRooms', subject: 'gateway', label: `${LABELS.gateway}, a feed for each 4`, subscribersOfRound: 4 },
  { key: 'ws', subject: 'ws', label: LABELS.ws, subscribersOfRound: 5000 },
  { key: 'graphqlWs', subject: 'graphql-ws', label: LABELS['graphql-ws'], subscribersOfRound: 5000 },
];

/** KB for each connection, by the number of connections. */
type Memory = ReadonlyMap<number, number>;

export const idle: Bench = {
  name: 'idle',
  summary: `memory of an idle connection with one subscription, at ${SIZES.at(-1)}, beside ws and graphql-ws`,

  run: (context: BenchContext): Promise<BenchResult> =>
    FeedPlace.use(context, Math.max(...SIZES) + BEFORE, async (place) => {
      const measured = new Map<Kind, Memory[]>(KINDS.map((kind) => [kind, []]));
      for (let run = 1; run <= RUNS; run++) {
        context.progress(`idle: run ${run} of ${RUNS}`);
        for (const [kind, runs] of measured) runs.push(await memoryOf(place, kind, run));
      }
      return { ...summarise(measured), pinned: place.pinned };
    }),
};

/** In a process of its own, which has served nobody before. */
async function memoryOf(place: FeedPlace, kind: Kind, run: number): Promise<Memory> {
  const inspector = await freePort();
  const server = await place.start(kind.subject, inspectedAt(inspector));
  const memory = new Map<number, number>();
  const roundOf = (index: number) => `idle-${kind.key}-${run}-${Math.floor(index / kind.subscribersOfRound)}`;
  const crowd = new Crowd({ server, source: place.source });
  const grow = async (size: number) => {
    const from = crowd.subscribers.length;
    await crowd.join(Array.from({ length: size - from }, (_, i) => ({ roundId: roundOf(from + i) })));
    await crowd.untilLive();
  };
  await grow(BEFORE);
  crowd.leave();
  const emptyKb = await keptKb(server, inspector);
  for (const size of SIZES) {
    await grow(size);
    memory.set(size, ((await keptKb(server, inspector)) - emptyKb) / size);
  }
  crowd.leave();
  await place.stop(server);
  return memory;
}

async function keptKb(server: FeedServer, inspector: number): Promise<number> {
  await collectGarbage(inspector);
  const kb = residentKb(server.pid);
  if (kb === undefined) throw new Error(`${server.label} has ended.`);
  return kb;
}

function summarise(measured: ReadonlyMap<Kind, Memory[]>): BenchResult {
  const largest = Math.max(...SIZES);
  const at = (kind: Kind, size: number) => median((measured.get(kind) ?? []).map((memory) => memory.get(size) ?? 0));
  const kbOf = new Map(KINDS.map((kind) => [kind.key, at(kind, largest)]));
  const of = (key: string) => kbOf.get(key) ?? 0;
  const curve: Curve = {
    name: 'idle',
    title: 'Memory of an idle connection with one subscription',
    xLabel: 'connections',
    yLabel: 'KB a connection',
    series: KINDS.map((kind) => ({ name: kind.label, points: SIZES.map((size) => ({ x: size, y: at(kind, size) })) })),
  };
  return {
    runs: RUNS,
    figures: {
      connections: largest,
      ...Object.fromEntries([...kbOf].map(([key, kb]) => [`${key}_kbPerConnection`, round1(kb)])),
    },
    ratios: { toWs: round1(of('gateway') / of('ws')), toGraphqlWs: round1(of('gateway') / of('graphqlWs')) },
    rows: KINDS.map(({ key, label }) => ({
      name: label,
      cells: { [`KB a connection at ${largest}`]: of(key).toFixed(1) },
    })),
    notes: [`Target: ≤ ${TARGET_KB} KB, one feed: ${verdict(of('gateway') <= TARGET_KB)}`],
    curves: [curve],
    faults: [],
  };
}

const round1 = (value: number): number => Math.round(value * 10) / 10;
