/**
 * Precision, recall and F1 over sequences, with 95 % intervals. Two kinds of interval are worked out and the wider end is
 * told at each side: a bootstrap over whole sequences, since events of one sequence err together, and Wilson's, since a
 * bootstrap of a perfect score knows no doubt. Wilson's for F1 is that of J = hits / (hits + false + missed), of which
 * F1 = 2J / (1 + J) is a function.
 */
import { Random } from '../random.js';

/** What was found in one sequence. */
export interface Counts {
  hits: number;
  falseAlarms: number;
  missed: number;
}

export interface Share {
  value: number;
  low: number;
  high: number;
}

export interface Scores extends Counts {
  sequences: number;
  /** Null where nothing was told, nothing was there, or neither. */
  precision: Share | null;
  recall: Share | null;
  f1: Share | null;
}

const RESAMPLES = 1000;
/** Of a normal distribution, 95 % lie within. */
const Z = 1.959964;

export function scoresOf(sequences: readonly Counts[]): Scores {
  const total = sum(sequences);
  const resamples = resampled(sequences);
  const share = (of: (counts: Counts) => number | null, hits: number, among: number, map = (x: number) => x) => {
    const value = of(total);
    if (value === null) return null;
    const wilson = wilsonInterval(hits, among);
    const values = resamples.flatMap((counts) => of(counts) ?? []).toSorted((a, b) => a - b);
    const at = (part: number) => values[Math.min(values.length - 1, Math.floor(part * values.length))] ?? value;
    return { value, low: Math.min(map(wilson.low), at(0.025)), high: Math.max(map(wilson.high), at(0.975)) };
  };
  const { hits, falseAlarms, missed } = total;
  return {
    ...total,
    sequences: sequences.length,
    precision: share((c) => ratio(c.hits, c.hits + c.falseAlarms), hits, hits + falseAlarms),
    recall: share((c) => ratio(c.hits, c.hits + c.missed), hits, hits + missed),
    f1: share(f1Of, hits, hits + falseAlarms + missed, (j) => (2 * j) / (1 + j)),
  };
}

/** Null where there is nothing to find and nothing was told. */
export const f1Of = ({ hits, falseAlarms, missed }: Counts): number | null =>
  ratio(2 * hits, 2 * hits + falseAlarms + missed);

/** The score interval of a proportion (Wilson 1927), 95 %. */
export function wilsonInterval(hits: number, among: number): { low: number; high: number } {
  if (among === 0) return { low: 0, high: 1 };
  const share = hits / among;
  const scale = 1 + Z ** 2 / among;
  const centre = (share + Z ** 2 / (2 * among)) / scale;
  const half = (Z / scale) * Math.sqrt((share * (1 - share)) / among + Z ** 2 / (4 * among ** 2));
  return { low: Math.max(0, centre - half), high: Math.min(1, centre + half) };
}

const ratio = (part: number, whole: number) => (whole === 0 ? null : part / whole);

const sum = (sequences: readonly Counts[]): Counts =>
  sequences.reduce(
    (total, { hits, falseAlarms, missed }) => ({
      hits: total.hits + hits,
      falseAlarms: total.falseAlarms + falseAlarms,
      missed: total.missed + missed,
    }),
    { hits: 0, falseAlarms: 0, missed: 0 },
  );

function resampled(sequences: readonly Counts[]): Counts[] {
  const random = new Random('bootstrap');
  return Array.from({ length: sequences.length === 0 ? 0 : RESAMPLES }, () =>
    sum(sequences.flatMap(() => sequences[Math.floor(random.next() * sequences.length)] ?? [])),
  );
}
