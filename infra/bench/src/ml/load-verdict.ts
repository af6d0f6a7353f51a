/** Whether a load was carried: nothing dropped, lag that does not grow, delays within the target. Pure arithmetic. */
import { percentile } from '../statistics.js';
import { type Delivered, delayFigures, isFaceAlert, isTabSwitch, type Published } from './insight-delays.js';
import type { LoadFigures } from './interview-load.js';
import { linearFit, type Point } from './linear-fit.js';
import { STREAMS, type Vitals } from './vitals.js';

/** Median from the capture to the interviewer, for alerts about faces and for tab switches. */
export const DELAY_TARGET_MS = 300;
/** Pictures that may be left out: one that is lost now and then shows nothing that the next does not. */
export const PICTURES_LOST_AT_MOST = 0.01;
/**
 * An entry stays in its stream until the next checkpoint, half a second; a machine that is busy takes as long again, and
 * a pause now and then is no lag. Above this at the end, or growing by this within the measurement, it is.
 */
export const LAG_LIMIT_MS = 2000;
/** A piece of transcript may come later and later by this much within the measurement: pieces differ in length. */
export const TRANSCRIPT_DRIFT_MS = 3000;

/** By how much a line through the points rises from the first to the last; 0 where there are too few to tell. */
export function drift(points: readonly Point[]): number {
  const [first, last] = [points[0], points.at(-1)];
  if (points.length < 5 || !first || !last || first.x === last.x) return 0;
  const { slope, slopeError } = linearFit(points);
  return slope > 2 * slopeError ? slope * (last.x - first.x) : 0;
}

export const worstLag = ({ lagMs }: Pick<Vitals, 'lagMs'>): number => Math.max(...STREAMS.map((name) => lagMs[name]));

/** @returns what was wrong, a sentence each; none for a load that was carried. */
export function problemsOf(load: LoadFigures): string[] {
  const { pictures, audio, delivered, missed, expected, dead, undelivered } = load;
  const lost = pictures.sent - pictures.measured;
  const vitals = load.vitals.filter(({ atMs }) => atMs >= load.fromMs);
  const lags = vitals.map((sample) => ({ x: sample.atMs, y: worstLag(sample) }));
  const segments = delivered
    .filter(({ type }) => type === 'SEGMENT')
    .map(({ capturedAtMs, arrivedAtMs }) => ({ x: capturedAtMs, y: arrivedAtMs - capturedAtMs }));
  // The median of the last samples: a single one may have met a pause.
  const lastLag =
    lags.length === 0
      ? 0
      : percentile(
          lags.slice(-5).map(({ y }) => y),
          0.5,
        );
  const transcriptDrift = drift(segments);
  return [
    ...load.failures,
    ...(lost > PICTURES_LOST_AT_MOST * pictures.sent ? [`${lost} of ${pictures.sent} pictures were not measured`] : []),
    ...(audio.handled < audio.sent
      ? [`${audio.sent - audio.handled} of ${audio.sent} pieces of audio were not handled`]
      : []),
    ...(missed.length > 0 ? [`${missed.length} of ${expected.length} things shown were not told`] : []),
    ...(dead > 0 ? [`${dead} entries or results were given up`] : []),
    ...(undelivered.length > 0
      ? [`${undelivered.length} results did not reach their interviewer: ${undelivered.map(named).join(', ')}`]
      : []),
    ...(lastLag > LAG_LIMIT_MS ? [`media waited ${seconds(lastLag)} s at the end`] : []),
    ...(drift(lags) > LAG_LIMIT_MS ? [`waiting grew by ${seconds(drift(lags))} s`] : []),
    ...(transcriptDrift > TRANSCRIPT_DRIFT_MS ? [`the transcript fell back by ${seconds(transcriptDrift)} s`] : []),
    ...tooLate('alerts about faces', delivered.filter(isFaceAlert)),
    ...tooLate('tab switches', delivered.filter(isTabSwitch)),
  ];
}

/** Which it was, and when: one from before the interviewer's feed began is another matter than one from amid it. */
const named = ({ type, timestampMs }: Published) => `${type} at ${seconds(timestampMs)} s`;
function tooLate(what: string, delivered: readonly Delivered[]): string[] {
  const figures = delayFigures(delivered);
  if (!figures) return [`there were no ${what}`];
  return figures.p50 > DELAY_TARGET_MS ? [`${what} took ${Math.round(figures.p50)} ms in the median`] : [];
}

const seconds = (ms: number) => (ms / 1000).toFixed(1);

/** Cores in use on average between the first and the last sample of the measurement. */
export interface CpuShares {
  byService: Record<string, number>;
  product: number;
  /** This process: load generator and subscribers. */
  generator: number;
  /** Whatever else ran on the machine; undefined where it is not told. */
  others: number | undefined;
}

export function cpuShares(load: Pick<LoadFigures, 'vitals' | 'fromMs'>): CpuShares {
  const measured = load.vitals.filter(({ atMs }) => atMs >= load.fromMs);
  // A load that ended early may have ended before it was measured.
  const inside = measured.length > 1 ? measured : load.vitals;
  const [first, last] = [inside[0], inside.at(-1)];
  if (!first || !last || first === last) throw new RangeError('shares of the processor need two samples');
  const spanMs = last.atMs - first.atMs;
  const byService = Object.fromEntries(
    Object.entries(last.cpuMs).map(([service, cpuMs]) => [service, (cpuMs - (first.cpuMs[service] ?? cpuMs)) / spanMs]),
  );
  const product = Object.values(byService).reduce((sum, share) => sum + share, 0);
  const generator = (last.ownCpuMs - first.ownCpuMs) / spanMs;
  const known = first.machineMs !== undefined && last.machineMs !== undefined;
  const machine = known ? (Number(last.machineMs) - Number(first.machineMs)) / spanMs : undefined;
  return {
    byService,
    product,
    generator,
    others: machine === undefined ? undefined : Math.max(0, machine - product - generator),
  };
}
