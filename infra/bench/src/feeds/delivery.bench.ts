/**
 * `delivery`: from the moment at which the subgraph sends an event to its receipt by a subscriber, at 20,000 frames a
 * second. Both read the machine's monotonic clock, so nothing is corrected. In between: the gateway, with the delay in
 * which it gathers what leaves together, and the client's own core, which the peer's figures contain as well.
 */
import type { Bench, BenchContext, BenchResult, Curve, Row } from '../bench.js';
import { type Latency, latencyOf, medianOfRuns } from '../statistics.js';
import { Crowd } from './crowd.js';
import { FeedPlace } from './feed-place.js';
import { ratio, verdict } from './figures.js';
import type { FeedServer, SubjectName } from './subjects.js';

const SUBSCRIBERS = 2000;
const FRAMES_PER_SECOND = 20_000;
const SECONDS = 3;
const RUNS = 5;
const SAMPLE_EVERY = 4;
const TARGET_P99_MS = 25;

interface Shape {
  key: string;
  label: string;
  rounds: number;
}

const SHAPES: readonly Shape[] = [
  { key: 'oneFeed', label: 'one feed of 2,000 subscribers', rounds: 1 },
  { key: 'hundredFeeds', label: '100 feeds of 20 subscribers', rounds: 100 },
];
const COMPARED = ['gateway', 'ws'] as const;
const NAMES: Readonly<Record<(typeof COMPARED)[number], string>> = { gateway: 'the whole gateway', ws: 'ws' };
/** The load of the curve, in frames a second over one feed. */
const RATES = [2000, 5000, 10_000, 20_000, 40_000];

export const delivery: Bench = {
  name: 'delivery',
  summary: `from the subgraph's send to a subscriber's receipt at ${FRAMES_PER_SECOND} frames/s, beside ws`,

  run: (context: BenchContext): Promise<BenchResult> =>
    FeedPlace.use(context, SUBSCRIBERS * COMPARED.length * SHAPES.length, async (place) => {
      const watches: Watch[] = [];
      for (const subject of COMPARED) {
        const server = await place.start(subject);
        for (const shape of SHAPES) {
          context.progress(`delivery: connecting ${shape.label}, ${NAMES[subject]}`);
          const watch = new Watch(place, server, subject, shape);
          await watch.open();
          await watch.measure(FRAMES_PER_SECOND);
          watches.push(watch);
        }
      }
      const runs = new Map<Watch, Latency[]>(watches.map((watch) => [watch, []]));
      for (let run = 1; run <= RUNS; run++) {
        context.progress(`delivery: run ${run} of ${RUNS}`);
        for (const [watch, latencies] of runs) latencies.push(await watch.measure(FRAMES_PER_SECOND));
      }
      const curve = await curveOf(watches.filter(({ shape }) => shape.rounds === 1));
      for (const watch of watches) watch.close();
      return { ...summarise(runs), curves: [curve], pinned: place.pinned };
    }),
};

/** Subscribers of one subject, spread over the rounds of one shape. */
class Watch {
  readonly rounds: string[];
  readonly #crowd: Crowd;
  #ages: number[] = [];

  constructor(
    private readonly place: FeedPlace,
    server: FeedServer,
    readonly subject: (typeof COMPARED)[number],
    readonly shape: Shape,
  ) {
    this.rounds = Array.from({ length: shape.rounds }, (_, i) => roundOf(subject, shape, i));
    this.#crowd = new Crowd({
      server,
      source: place.source,
      sampleEvery: SAMPLE_EVERY,
      onAge: (us) => this.#ages.push(us / 1000),
    });
  }

  async open(): Promise<void> {
    const each = SUBSCRIBERS / this.rounds.length;
    await this.#crowd.join(this.rounds.flatMap((roundId) => Array.from({ length: each }, () => ({ roundId }))));
    await this.#crowd.untilLive();
  }

  async measure(framesPerSecond: number): Promise<Latency> {
    const perSecond = framesPerSecond / (SUBSCRIBERS / this.rounds.length);
    const turns = Math.round(perSecond * SECONDS);
    const frames = (turns * SUBSCRIBERS) / this.rounds.length;
    this.#ages = [];
    await this.#crowd.after(frames, () =>
      this.place.source.emit({ rounds: this.rounds, turns, burst: 1, perSecond: Math.max(1, perSecond) }),
    );
    await this.#crowd.untilCaughtUp();
    return latencyOf(this.#ages);
  }

  close(): void {
    this.#crowd.leave();
  }
}

const roundOf = (subject: SubjectName, shape: Shape, index: number) => `delivery-${subject}-${shape.key}-${index}`;

async function curveOf(watches: readonly Watch[]): Promise<Curve> {
  const series: Curve['series'] = [];
  for (const watch of watches) {
    const points: { x: number; y: number }[] = [];
    for (const rate of RATES) points.push({ x: rate, y: (await watch.measure(rate)).p99 });
    series.push({ name: NAMES[watch.subject], points });
  }
  return {
    name: 'delivery',
    title: `p99 of the delivery to ${SUBSCRIBERS} subscribers of one feed`,
    xLabel: 'frames/s',
    yLabel: 'p99, ms',
    series,
  };
}

function summarise(runs: ReadonlyMap<Watch, Latency[]>): Omit<BenchResult, 'curves'> {
  const latencies = new Map(
    [...runs].map(([{ subject, shape }, each]) => [keyOf(subject, shape), medianOfRuns(each)] as const),
  );
  const of = (subject: SubjectName, shape: Shape): Latency =>
    latencies.get(keyOf(subject, shape)) ?? { p50: 0, p95: 0, p99: 0 };
  const rows: Row[] = SHAPES.flatMap((shape) =>
    COMPARED.map((subject) => ({
      name: `${NAMES[subject]}, ${shape.label}`,
      cells: Object.fromEntries(
        Object.entries(of(subject, shape)).map(([place, ms]) => [`${place} ms`, ms.toFixed(2)] as const),
      ),
    })),
  );
  return {
    runs: RUNS,
    figures: {
      framesPerSecond: FRAMES_PER_SECOND,
      ...Object.fromEntries(
        [...latencies].flatMap(([key, { p50, p99 }]) => [
          [`${key}_p50Ms`, Math.round(p50 * 100) / 100],
          [`${key}_p99Ms`, Math.round(p99 * 100) / 100],
        ]),
      ),
    },
    ratios: Object.fromEntries(
      SHAPES.map((shape) => [`${shape.key}ToWsP99`, ratio(of('gateway', shape).p99, of('ws', shape).p99)]),
    ),
    rows,
    notes: SHAPES.map(
      (shape) =>
        `Target: p99 ≤ ${TARGET_P99_MS} ms, ${shape.label}: ${verdict(of('gateway', shape).p99 <= TARGET_P99_MS)}`,
    ),
    faults: [],
  };
}

const keyOf = (subject: SubjectName, { key }: Shape): string => `${subject}_${key}`;
