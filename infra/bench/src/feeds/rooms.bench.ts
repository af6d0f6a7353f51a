/**
 * `rooms`: many rounds with few subscribers each, which is what most interviews are. Sharing gains little there: an event
 * is read, planned and built for four. Events of all rounds come at a steady rate, one round after the other.
 */
import type { Bench, BenchContext, BenchResult, Curve } from '../bench.js';
import { median } from '../statistics.js';
import { Crowd } from './crowd.js';
import { measureSteady, type Subject } from './deliveries.js';
import { FeedPlace } from './feed-place.js';
import { ratio, thousands, verdict } from './figures.js';
import { LABELS, type SubjectName } from './subjects.js';

const ROUNDS = 500;
const EACH = 4;
const RUNS = 5;
const EVENTS_PER_SECOND = 2000;
const EVENTS = 4000;
const TARGET = 0.8;

const COMPARED = ['gateway', 'ws', 'graphql-ws', 'hive'] as const;
const SIZES = [1, 10, 100, 500, 2000];
const CURVE_SUBJECTS = ['gateway', 'ws', 'graphql-ws'] as const;

export const rooms: Bench = {
  name: 'rooms',
  summary: `${ROUNDS} rounds with ${EACH} subscribers each: deliveries per CPU-second, beside ws, graphql-ws and Hive Gateway`,

  run: (context) =>
    FeedPlace.use(context, EACH * Math.max(ROUNDS * COMPARED.length, ...SIZES), async (place) => {
      const figures = await headline(context, place);
      const curve = await growing(context, place);
      return { ...summarise(figures), curves: [curve], pinned: place.pinned };
    }),
};

type Figures = ReadonlyMap<SubjectName, number[]>;

async function headline({ progress }: BenchContext, place: FeedPlace): Promise<Figures> {
  const figures = new Map<SubjectName, number[]>(COMPARED.map((name) => [name, []]));
  const subjects: Subject[] = [];
  for (const name of COMPARED) {
    progress(`rooms: connecting ${ROUNDS} × ${EACH} subscribers, ${LABELS[name]}`);
    const subject = await opened(place, name);
    await grow(subject, ROUNDS);
    for (let warmUp = 0; warmUp < 2; warmUp++) await measure(place, subject, ROUNDS);
    subjects.push(subject);
  }
  for (let run = 1; run <= RUNS; run++) {
    progress(`rooms: run ${run} of ${RUNS}`);
    for (const subject of subjects) {
      figures.get(subject.server.name)?.push(await measure(place, subject, ROUNDS));
    }
  }
  for (const subject of subjects) await left(place, subject);
  return figures;
}

async function growing({ progress }: BenchContext, place: FeedPlace): Promise<Curve> {
  const series: Curve['series'] = [];
  for (const name of CURVE_SUBJECTS) {
    progress(`rooms: ${SIZES[0]} to ${SIZES.at(-1)} rounds, ${LABELS[name]}`);
    const subject = await opened(place, name);
    const points: { x: number; y: number }[] = [];
    for (const size of SIZES) {
      await grow(subject, size);
      // Code that has just been compiled, and what has just been opened, is not measured.
      await measure(place, subject, size);
      points.push({ x: size, y: 1e6 / (await measure(place, subject, size)) });
    }
    series.push({ name: LABELS[name], points });
    await left(place, subject);
  }
  return {
    name: 'rooms',
    title: `What a delivery costs, ${EACH} subscribers a round, ${EVENTS_PER_SECOND} events/s in all`,
    xLabel: 'rounds',
    yLabel: 'µs of CPU time a delivery',
    series,
  };
}

const roundOf = (name: SubjectName, index: number): string => `room-${name}-${index}`;

async function opened(place: FeedPlace, name: SubjectName): Promise<Subject> {
  const server = await place.start(name);
  return { server, crowd: new Crowd({ server, source: place.source }) };
}

async function left(place: FeedPlace, { server, crowd }: Subject): Promise<void> {
  crowd.leave();
  await place.stop(server);
}

async function grow({ server, crowd }: Subject, rounds: number): Promise<void> {
  const first = crowd.subscribers.length / EACH;
  const joining = Array.from({ length: (rounds - first) * EACH }, (_, i) => ({
    roundId: roundOf(server.name, first + Math.floor(i / EACH)),
  }));
  await crowd.join(joining);
  await crowd.untilLive();
}

function measure(place: FeedPlace, subject: Subject, rounds: number): Promise<number> {
  const names = Array.from({ length: rounds }, (_, i) => roundOf(subject.server.name, i));
  const emission = { rounds: names, turns: EVENTS, burst: 1, perSecond: EVENTS_PER_SECOND };
  return measureSteady(subject, place.source, emission, EVENTS * EACH);
}

function summarise(figures: Figures): Omit<BenchResult, 'curves'> {
  const of = (name: SubjectName) => median(figures.get(name) ?? []);
  const toWs = ratio(of('gateway'), of('ws'));
  return {
    runs: RUNS,
    figures: {
      rounds: ROUNDS,
      subscribersOfEach: EACH,
      eventsPerSecond: EVENTS_PER_SECOND,
      ...Object.fromEntries(COMPARED.map((name) => [`${name}_deliveriesPerCpuSecond`, Math.round(of(name))])),
    },
    ratios: {
      toWs,
      toGraphqlWs: ratio(of('gateway'), of('graphql-ws')),
      toHive: ratio(of('gateway'), of('hive')),
    },
    rows: COMPARED.map((name) => ({
      name: LABELS[name],
      cells: {
        'deliveries a CPU-second': thousands(of(name)),
        'µs of CPU time an event': thousands((1e6 * EACH) / of(name)),
      },
    })),
    notes: [`Target: ≥ ${TARGET} × ws: ${verdict(toWs >= TARGET)}`],
    faults: [],
  };
}
