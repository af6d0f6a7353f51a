/**
 * What the product is to carry on a machine of two cores, and whether it did: a row for each, so that a target that is missed
 * is never silent. It is no fault of the run: a machine that others use misses it too.
 */
import type { Row } from '../bench.js';
import type { SttProvider } from './analysed-product.js';
import { type Delivered, delayFigures, isFaceAlert, isTabSwitch } from './insight-delays.js';
import type { Climb } from './load-ladder.js';
import { DELAY_TARGET_MS } from './load-verdict.js';

export const TARGETS: readonly { provider: SttProvider; picturesPerSecond: number; candidates: number }[] = [
  { provider: 'none', picturesPerSecond: 1, candidates: 10 },
  { provider: 'pocketsphinx', picturesPerSecond: 1, candidates: 5 },
];

export const recognition = (provider: SttProvider) => (provider === 'none' ? 'no recogniser' : provider);

type State = 'met' | 'not met' | 'not measured';

const targetRow = (name: string, target: string, measured: string, state: State): Row => ({
  name,
  cells: { target, measured, '': state },
});

/** @param climbs of the whole run; a target without one was not measured. */
export function targetRows(climbs: readonly { provider: SttProvider; climb: Climb }[]): Row[] {
  return TARGETS.flatMap(({ provider, picturesPerSecond, candidates }) => {
    const name = `${picturesPerSecond} picture a second, ${recognition(provider)}`;
    const climb = climbs.find(
      (one) => one.provider === provider && one.climb.picturesPerSecond === picturesPerSecond,
    )?.climb;
    return [
      carriedRow(name, candidates, climb),
      ...medianRows(name, candidates, (climb?.carried ?? climb?.failed)?.load),
    ];
  });
}

function carriedRow(name: string, candidates: number, climb: Climb | undefined): Row {
  const what = `${name}: candidates`;
  if (!climb) return targetRow(what, `≥ ${candidates}`, '–', 'not measured');
  const { most, bounded } = climb.result;
  const open = most > 0 && !bounded ? ' (more was not tried)' : '';
  return targetRow(what, `≥ ${candidates}`, `${most}${open}`, most >= candidates ? 'met' : 'not met');
}

/** Medians count only at the load that the target names, or above it. */
export function medianRows(
  name: string,
  candidates: number,
  load: { candidates: number; delivered: readonly Delivered[] } | undefined,
): Row[] {
  const kinds = [
    ['face alerts', isFaceAlert],
    ['tab switches', isTabSwitch],
  ] as const;
  return kinds.map(([what, is]) => {
    const target = `≤ ${DELAY_TARGET_MS} ms with ${candidates}`;
    const figures = delayFigures(load?.delivered.filter(is) ?? []);
    const named = `${name}: median of ${what}`;
    if (!load || !figures) return targetRow(named, target, '–', 'not measured');
    const measured = `${Math.round(figures.p50)} ms with ${load.candidates}`;
    if (figures.p50 > DELAY_TARGET_MS) return targetRow(named, target, measured, 'not met');
    return targetRow(named, target, measured, load.candidates >= candidates ? 'met' : 'not measured');
  });
}
