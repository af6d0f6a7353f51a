/** How the figures of `soak` are told: rows, curves, sentences, and what is wrong. */
import type { BenchResult, Curve, Row } from '../bench.js';
import { percentile } from '../statistics.js';
import type { SttProvider } from './analysed-product.js';
import { GROWTH, type Growth, growthOf, KEPT_MB_A_MINUTE, leastGrowth } from './growth.js';
import { type Delivered, delayFigures, isFaceAlert, isTabSwitch } from './insight-delays.js';
import type { LoadFigures } from './interview-load.js';
import { medianRows } from './load-targets.js';
import { type CpuShares, DELAY_TARGET_MS, problemsOf, worstLag } from './load-verdict.js';
import type { Vitals } from './vitals.js';
import { medianBucket } from './worker-figures.js';

/** MB on each Node process's heap after a collection, by service. */
export interface Kept {
  atMs: number;
  mb: Record<string, number>;
}

export interface Soaked {
  provider: SttProvider;
  load: LoadFigures;
  cpu: CpuShares;
  /** What the worker that raises the alerts counted about itself, in Prometheus' words. */
  fraudMetrics: string;
  /** Amid the warming up and at the end; undefined for a load that ended early. */
  kept: { first: Kept; last: Kept } | undefined;
}

const MINUTE_MS = 60_000;
/** Points of a curve: one for so many ms, the mean of its samples. */
const CURVE_EVERY_MS = 30_000;

const nameOf = ({ provider, load }: Soaked) =>
  `${load.candidates} candidates, ${provider === 'none' ? 'no recogniser' : provider}`;
const keyOf = ({ provider, load }: Soaked) => `${provider}${load.candidates}`;
const settled = ({ vitals, fromMs }: LoadFigures) => vitals.filter(({ atMs }) => atMs >= fromMs);
const totalOf = ({ memoryMb }: Vitals) => Object.values(memoryMb).reduce((sum, mb) => sum + mb, 0);

/** By how much more a service keeps on its heap, MB a minute; undefined where it was not read. */
function keptGrowth({ kept }: Soaked, service: string): number | undefined {
  const [before, after] = [kept?.first.mb[service], kept?.last.mb[service]];
  if (!kept || before === undefined || after === undefined) return undefined;
  return ((after - before) * MINUTE_MS) / (kept.last.atMs - kept.first.atMs);
}

/** Growth of each process after the warm-up, and of all together. */
function growths(one: Soaked): [string, Growth][] {
  const { load } = one;
  const samples = settled(load);
  // A load that ended early: what ended it is told, its memory is not.
  if (samples.length < 6) return [];
  const of = (mb: (sample: Vitals) => number) =>
    growthOf(samples.map((sample) => ({ x: (sample.atMs - load.fromMs) / MINUTE_MS, y: mb(sample) })));
  const services = Object.keys(samples[0]?.memoryMb ?? {});
  return [
    ...services.map((service): [string, Growth] => {
      const growth = of(({ memoryMb }) => memoryMb[service] ?? 0);
      const keeps = (keptGrowth(one, service) ?? Number.POSITIVE_INFINITY) > KEPT_MB_A_MINUTE;
      return [service, { ...growth, counts: growth.counts && keeps }];
    }),
    ['in all', of(totalOf)],
  ];
}

export function soakRows(soaked: readonly Soaked[]): Row[] {
  return soaked.map((one) => {
    const { load, cpu } = one;
    const all = growths(one).find(([name]) => name === 'in all')?.[1];
    const lags = settled(load).map(worstLag);
    return {
      name: nameOf(one),
      cells: {
        'memory MB': all ? Math.round(all.mean).toString() : '',
        'growth MB a minute': all ? signed(all) : '',
        'lag p50 / max ms':
          lags.length === 0 ? '' : `${Math.round(percentile(lags, 0.5))} / ${Math.round(Math.max(...lags))}`,
        'pictures lost': `${load.pictures.sent - load.pictures.measured} of ${load.pictures.sent}`,
        'audio lost': String(load.audio.sent - load.audio.handled),
        'given up': String(load.dead),
        'alerts missed': `${load.missed.length} of ${load.expected.length}`,
        'product’s cores': cpu.product.toFixed(2),
        'load generator’s cores': cpu.generator.toFixed(2),
        'others’ cores': cpu.others === undefined ? '' : cpu.others.toFixed(2),
      },
    };
  });
}

const signed = ({ mbAMinute, error }: Growth) =>
  `${mbAMinute >= 0 ? '+' : '−'}${Math.abs(mbAMinute).toFixed(1)} ± ${error.toFixed(1)}`;

export function soakTables(soaked: readonly Soaked[]): NonNullable<BenchResult['tables']> {
  return soaked.flatMap((one) => [
    {
      title: `Memory and processor, ${nameOf(one)}:`,
      rows: growths(one).map(([name, growth]) => ({
        name,
        cells: {
          'MB, mean': Math.round(growth.mean).toString(),
          'growth MB a minute': signed(growth),
          'in the second half': growth.lateMbAMinute.toFixed(1),
          'heap kept, first / last': keptOf(one, name),
          cores: (name === 'in all' ? one.cpu.product : (one.cpu.byService[name] ?? 0)).toFixed(3),
        },
      })),
    },
    { title: `Delay from capture in ms, ${nameOf(one)}:`, rows: delayRows(one.load) },
    { title: `Targets, ${nameOf(one)}:`, rows: soakTargets(one) },
  ]);
}

function keptOf({ kept }: Soaked, service: string): string {
  const [before, after] = [kept?.first.mb[service], kept?.last.mb[service]];
  return before === undefined || after === undefined ? '' : `${before.toFixed(1)} / ${after.toFixed(1)}`;
}

/** First minute of the measurement against the last. */
function delayRows({ delivered, fromMs, toMs }: LoadFigures): Row[] {
  const spanMs = Math.min(MINUTE_MS, (toMs - fromMs) / 2);
  const first = (one: Delivered) => one.capturedAtMs < fromMs + spanMs;
  const last = (one: Delivered) => one.capturedAtMs >= toMs - spanMs;
  const types = [...new Set(delivered.map(({ type }) => type))].toSorted();
  return types.map((type) => {
    const of = delivered.filter((one) => one.type === type);
    return {
      name: type,
      cells: {
        count: String(of.length),
        'p50 / p90': told(of),
        'p50 to the analyser’s publishing': `${Math.round(delayFigures(of)?.publishedP50 ?? 0)}`,
        'first minute': told(of.filter(first)),
        'last minute': told(of.filter(last)),
      },
    };
  });
}

function told(delivered: readonly Delivered[]): string {
  const figures = delayFigures(delivered);
  return figures ? `${Math.round(figures.p50)} / ${Math.round(figures.p90)}` : '';
}

function soakTargets(one: Soaked): Row[] {
  const { load } = one;
  const measured = growths(one);
  const growing = measured.filter(([, { counts }]) => counts).map(([name]) => name);
  const growth: Row = {
    name: 'growth of memory',
    cells: {
      target: 'none, as below',
      measured: growing.join(', ') || (measured.length > 0 ? 'none' : '–'),
      '': measured.length === 0 ? 'not measured' : growing.length > 0 ? 'not met' : 'met',
    },
  };
  return [growth, ...medianRows(nameOf(one), load.candidates, load)];
}

/** What no growth leaves open, in figures. */
function growthInFigures(one: Soaked): string[] {
  const all = growths(one).find(([name]) => name === 'in all')?.[1];
  if (!all) return [];
  const least = Math.round(leastGrowth(all.mean));
  return [
    `${nameOf(one)}: of ${Math.round(all.mean)} MB in all, growth means more than ${least} MB a minute; measured ${signed(all)}.`,
  ];
}

/** What a load that is to be carried must not show, and growth. */
export function soakFaults(one: Soaked): string[] {
  const growing = growths(one).flatMap(([name, growth]) =>
    growth.counts ? [`memory of ${name} grows by ${signed(growth)} MB a minute`] : [],
  );
  return [...problemsOf(one.load), ...growing].map((problem) => `${nameOf(one)}: ${problem}`);
}

export function soakNotes(soaked: readonly Soaked[]): string[] {
  return [
    'Target: no growth of memory or lag, nothing lost, with ten candidates without a recogniser and with five with one; what misses it stands below as wrong.',
    `Memory counts as growing above ${GROWTH.shareAMinute * 100} % and ${GROWTH.mbAMinute} MB a minute and twice the line’s own error, after the first minute and again over the second half alone. Lag is the age of the oldest medium that is not handled and saved; half a second of it is the time between two checkpoints.`,
    `Of a Node process memory counts only where more stays on its main thread’s heap after a collection too, by more than ${KEPT_MB_A_MINUTE} MB a minute: one with little to do collects so seldom that it rises through all of the time. Heaps, but video’s, which is held up by it, are collected and read in the middle of warming up and at the end.`,
    `A process below ${GROWTH.mbAMinute / GROWTH.shareAMinute} MB grows from ${GROWTH.mbAMinute} MB a minute on, a larger one from its share. A few minutes cannot show slow leaks: “no growth” excludes the fast ones only, for ${GROWTH.mbAMinute} MB a minute, which it lets pass, are ${GROWTH.mbAMinute * 60} MB in an hour.`,
    ...soaked.flatMap(growthInFigures),
    `Medians of face alerts and tab switches are to be ≤ ${DELAY_TARGET_MS} ms.`,
    'Load generator and interviewers’ subscriptions run on the same two cores and are not counted as the product’s.',
    ...soaked.flatMap(ownHistogram),
    ...soaked.map((one) => {
      const late = one.load.lateMs.length === 0 ? 0 : percentile(one.load.lateMs, 0.99);
      return `${nameOf(one)}: media left the load generator ${Math.round(late)} ms late at p99.`;
    }),
  ];
}

/** The same delays as the worker counts them itself, up to its publishing: a check of the tables above. */
function ownHistogram(one: Soaked): string[] {
  const buckets = ['FACE_ABSENT', 'MULTIPLE_FACES', 'TAB_SWITCH'].flatMap((type) => {
    const seconds = medianBucket(one.fraudMetrics, 'ml_capture_to_publish_seconds', [`type="${type}"`]);
    return seconds === undefined ? [] : [`${type} ≤ ${Math.round(seconds * 1000)} ms`];
  });
  return buckets.length === 0
    ? []
    : [`${nameOf(one)}: by the histogram of \`fraud\` the medians to its publishing are ${buckets.join(', ')}.`];
}

/** The largest processes, and all together. */
const PLOTTED = 4;

export function memoryCurve(one: Soaked): Curve {
  const largest = growths(one)
    .filter(([name]) => name !== 'in all')
    .sort(([, a], [, b]) => b.mean - a.mean)
    .slice(0, PLOTTED);
  return {
    name: `soak-memory-${keyOf(one)}`,
    title: `Memory, ${nameOf(one)}`,
    xLabel: 'seconds',
    yLabel: 'MB',
    series: [
      { name: 'in all', points: points(one.load, totalOf) },
      ...largest.map(([name]) => ({ name, points: points(one.load, ({ memoryMb }) => memoryMb[name] ?? 0) })),
    ],
  };
}

export function lagCurve(one: Soaked): Curve {
  return {
    name: `soak-lag-${keyOf(one)}`,
    title: `Age of the oldest medium, ${nameOf(one)}`,
    xLabel: 'seconds',
    yLabel: 'ms',
    series: (['audio', 'video'] as const).map((stream) => ({
      name: stream,
      points: points(one.load, ({ lagMs }) => lagMs[stream]),
    })),
  };
}

/** Means over stretches; never below one, for a plot may be logarithmic. */
function points({ vitals }: LoadFigures, figure: (sample: Vitals) => number): { x: number; y: number }[] {
  const startMs = vitals[0]?.atMs ?? 0;
  const stretches = Map.groupBy(vitals, ({ atMs }) => Math.floor((atMs - startMs) / CURVE_EVERY_MS));
  // The last one may hold a single sample.
  const whole = [...stretches].filter(([n, samples]) => n === 0 || samples.length > 1);
  return whole.map(([n, samples]) => ({
    x: ((n + 1) * CURVE_EVERY_MS) / 1000,
    y: Math.max(1, samples.reduce((sum, sample) => sum + figure(sample), 0) / samples.length),
  }));
}

export function soakFigures(soaked: readonly Soaked[]): Record<string, number> {
  return Object.fromEntries(
    soaked.flatMap((one) => {
      const key = keyOf(one);
      const { load } = one;
      const growth = growths(one).find(([name]) => name === 'in all')?.[1];
      const faces = delayFigures(load.delivered.filter(isFaceAlert));
      const tabs = delayFigures(load.delivered.filter(isTabSwitch));
      return [
        [`${key}MemoryMb`, Math.round(growth?.mean ?? 0)],
        [`${key}GrowthMbAMinute`, Number((growth?.mbAMinute ?? 0).toFixed(1))],
        [`${key}LagMaxMs`, Math.round(Math.max(0, ...settled(load).map(worstLag)))],
        [`${key}PicturesLost`, load.pictures.sent - load.pictures.measured],
        [`${key}AudioLost`, load.audio.sent - load.audio.handled],
        [`${key}FacesP50Ms`, Math.round(faces?.p50 ?? 0)],
        [`${key}TabP50Ms`, Math.round(tabs?.p50 ?? 0)],
      ];
    }),
  );
}
