/**
 * `fanout`: deliveries to 2,000 subscribers of one feed for each second of the server's CPU time; events that come one
 * by one, and bursts of eight. The whole gateway beside its peers, and beside what no server can do without.
 */
import type { Bench, BenchContext, BenchResult, Curve, Row } from '../bench.js';
import { median } from '../statistics.js';
import { Crowd } from './crowd.js';
import { measureTurns, type Subject } from './deliveries.js';
import { FeedPlace } from './feed-place.js';
import { ratio, thousands, verdict } from './figures.js';
import { LABELS, SUBJECTS, type SubjectName } from './subjects.js';

const SUBSCRIBERS = 2000;
const BURST = 8;
const RUNS = 5;
/** Of each kind, before anything counts: engines compile what runs often, and collect what connecting left. */
const WARM_UPS = 4;
const TARGETS = { toWs: 1, toGraphqlWs: 3.5, toHive: 5, burstsToWs: 5 };

const SIZES = [100, 300, 1000, 3000, 10_000];
const CURVE_RUNS = 3;
/** Each, as far as its curve goes: what is slow would make the command long, and bends no more. */
const CURVES: readonly [SubjectName, number][] = [
  ['gateway', 10_000],
  ['ws', 10_000],
  ['graphql-ws', 3000],
  ['hive', 1000],
];

type Mode = 'single' | 'bursts';
type Figures = Record<SubjectName, Record<Mode, number[]>>;

export const fanout: Bench = {
  name: 'fanout',
  summary: `deliveries to ${SUBSCRIBERS} subscribers of one feed per CPU-second, beside ws, graphql-ws and Hive Gateway`,

  run: (context) =>
    FeedPlace.use(context, Math.max(SUBSCRIBERS * SUBJECTS.length, ...SIZES), async (place) => {
      const figures = await headline(context, place);
      const curves = await growing(context, place);
      return { ...summarise(figures), curves, pinned: place.pinned };
    }),
};

/** All are connected at the same time, and measured in turns. */
async function headline({ progress }: BenchContext, place: FeedPlace): Promise<Figures> {
  // Every name gets its lists here.
  const figures = Object.fromEntries(SUBJECTS.map((name) => [name, { single: [], bursts: [] }])) as unknown as Figures;
  const subjects: Subject[] = [];
  for (const name of SUBJECTS) {
    progress(`fanout: connecting ${SUBSCRIBERS} subscribers, ${LABELS[name]}`);
    const subject = await opened(place, name);
    await grow(subject, roundOf(name), SUBSCRIBERS);
    for (let run = 0; run < WARM_UPS; run++) {
      await measure(place, subject, roundOf(name), 'single');
      await measure(place, subject, roundOf(name), 'bursts');
    }
    subjects.push(subject);
  }
  for (let run = 1; run <= RUNS; run++) {
    progress(`fanout: run ${run} of ${RUNS}`);
    for (const subject of subjects) {
      const { name } = subject.server;
      figures[name].single.push(await measure(place, subject, roundOf(name), 'single'));
      figures[name].bursts.push(await measure(place, subject, roundOf(name), 'bursts'));
    }
  }
  for (const { server, crowd } of subjects) {
    crowd.leave();
    await place.stop(server);
  }
  return figures;
}

async function growing({ progress }: BenchContext, place: FeedPlace): Promise<Curve[]> {
  const single: Curve['series'] = [];
  const bursts: Curve['series'] = [];
  for (const [name, largest] of CURVES) {
    progress(`fanout: 100 to ${largest} subscribers, ${LABELS[name]}`);
    const subject = await opened(place, name);
    const costs = { single: new Map<number, number>(), bursts: new Map<number, number>() };
    for (const size of SIZES.filter((each) => each <= largest)) {
      await grow(subject, `growing-${name}`, size);
      await measure(place, subject, `growing-${name}`, 'single');
      for (const mode of ['single', 'bursts'] as const) {
        const runs: number[] = [];
        for (let run = 0; run < CURVE_RUNS; run++) runs.push(await measure(place, subject, `growing-${name}`, mode));
        costs[mode].set(size, 1e6 / median(runs));
      }
    }
    single.push({ name: LABELS[name], points: pointsOf(costs.single) });
    bursts.push({ name: LABELS[name], points: pointsOf(costs.bursts) });
    subject.crowd.leave();
    await place.stop(subject.server);
  }
  const labels = { xLabel: 'subscribers of one feed', yLabel: 'µs of CPU time a delivery' };
  return [
    { name: 'fanout-single', title: 'What a delivery costs, events one by one', ...labels, series: single },
    { name: 'fanout-bursts', title: `What a delivery costs, bursts of ${BURST} events`, ...labels, series: bursts },
  ];
}

const pointsOf = (costs: ReadonlyMap<number, number>) => [...costs].map(([x, y]) => ({ x, y }));
const roundOf = (name: SubjectName): string => `fanout-${name}`;

async function opened(place: FeedPlace, name: SubjectName): Promise<Subject> {
  const server = await place.start(name);
  return { server, crowd: new Crowd({ server, source: place.source }) };
}

async function grow({ crowd }: Subject, roundId: string, size: number): Promise<void> {
  await crowd.join(Array.from({ length: size - crowd.subscribers.length }, () => ({ roundId })));
  await crowd.untilLive();
}

function measure(place: FeedPlace, subject: Subject, roundId: string, mode: Mode): Promise<number> {
  const burst = mode === 'single' ? 1 : BURST;
  const emission = { rounds: [roundId], turns: 1, burst, perSecond: 1 };
  return measureTurns(subject, place.source, emission, subject.crowd.subscribers.length * burst);
}

function summarise(figures: Figures): BenchResult {
  const of = (name: SubjectName, mode: Mode) => median(figures[name][mode]);
  const rows: Row[] = SUBJECTS.map((name) => ({
    name: LABELS[name],
    cells: {
      'one by one, deliveries a CPU-second': thousands(of(name, 'single')),
      'bursts of 8, deliveries a CPU-second': thousands(of(name, 'bursts')),
    },
  }));
  const ratios = {
    toWs: ratio(of('gateway', 'single'), of('ws', 'single')),
    toGraphqlWs: ratio(of('gateway', 'single'), of('graphql-ws', 'single')),
    toHive: ratio(of('gateway', 'single'), of('hive', 'single')),
    burstsToWs: ratio(of('gateway', 'bursts'), of('ws', 'bursts')),
  };
  return {
    runs: RUNS,
    figures: {
      subscribers: SUBSCRIBERS,
      ...Object.fromEntries(
        SUBJECTS.flatMap((name) =>
          (['single', 'bursts'] as const).map((mode) => [
            `${name}_${mode}DeliveriesPerCpuSecond`,
            Math.round(of(name, mode)),
          ]),
        ),
      ),
    },
    ratios,
    rows,
    notes: [
      `Target: one by one ≥ ${TARGETS.toWs} × ws: ${verdict(ratios.toWs >= TARGETS.toWs)}`,
      `Target: one by one ≥ ${TARGETS.toGraphqlWs} × graphql-ws: ${verdict(ratios.toGraphqlWs >= TARGETS.toGraphqlWs)}`,
      `Target: one by one ≥ ${TARGETS.toHive} × Hive Gateway: ${verdict(ratios.toHive >= TARGETS.toHive)}`,
      `Target: bursts ≥ ${TARGETS.burstsToWs} × ws: ${verdict(ratios.burstsToWs >= TARGETS.burstsToWs)}`,
      'Every subscriber had every event once and in order, or there would be no figures.',
    ],
    faults: [],
  };
}
