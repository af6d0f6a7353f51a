/** Scores as rows of a table. */

import type { Row } from '@interview/bench/bench';
import { percentile } from '@interview/bench/statistics';
import type { Choice } from './choice.js';
import type { Floor } from './part.js';
import type { Label, Matched, Told } from './scoring/match.js';
import { type Counts, type Scores, type Share, scoresOf } from './scoring/scores.js';

export const countsOf = ({ hits, missed, falseAlarms }: Matched<Label, Told>): Counts => ({
  hits: hits.length,
  missed: missed.length,
  falseAlarms: falseAlarms.length,
});

export const shareText = (share: Share | null): string =>
  share === null ? '–' : `${share.value.toFixed(2)} (${share.low.toFixed(2)}–${share.high.toFixed(2)})`;

export const secondsText = (ms: number | undefined): string => (ms === undefined ? '–' : `${(ms / 1000).toFixed(2)} s`);

/** The value at a place in the distribution; undefined where there is none. */
export const quantile = (values: readonly number[], share: number): number | undefined =>
  values.length === 0 ? undefined : percentile(values, share);

/** One row: events, scores, and how long after its beginning an event was told. */
export function scoreRow(name: string, matched: readonly Matched<Label, Told>[]): Row {
  const scores = scoresOf(matched.map(countsOf));
  const delays = delaysOf(matched);
  return {
    name,
    cells: {
      sequences: String(scores.sequences),
      events: String(scores.hits + scores.missed),
      found: String(scores.hits),
      'false alarms': String(scores.falseAlarms),
      precision: shareText(scores.precision),
      recall: shareText(scores.recall),
      F1: shareText(scores.f1),
      'delay, median': secondsText(quantile(delays, 0.5)),
      'delay, p90': secondsText(quantile(delays, 0.9)),
    },
  };
}

/** From the label's onset to the capture that completed the evidence. */
export const delaysOf = (matched: readonly Matched<Label, Told>[]): number[] =>
  matched.flatMap(({ hits }) => hits.map(({ label, told }) => told.knownMs - label.fromMs));

/** A floor under F1. Scores of nothing are no pass. */
export function f1Floor(name: string, least: number, scores: Scores): Floor {
  const { f1 } = scores;
  const nothing = f1 === null || scores.hits + scores.missed === 0;
  return {
    name,
    wanted: `F1 ≥ ${least}`,
    measured: nothing ? '–' : `F1 ${shareText(f1)}`,
    state: nothing ? 'not measured' : f1.value >= least ? 'met' : 'missed',
  };
}

export function choiceRow<T>(name: string, { candidates, chosen, product }: Choice<T>): Row {
  const tried = candidates.map((one) => `${one.name}: ${one.score === null ? '–' : one.score.toFixed(3)}`).join(', ');
  return { name, cells: { 'the product has': product.name, chosen: chosen.name, 'score on the choosing half': tried } };
}
