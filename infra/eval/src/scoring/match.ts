/**
 * Which finding tells which label. One label is told by one finding at most: a second one of the same event is a false
 * alarm, as it is for the person who reads it.
 */

/** Something that is known to happen. Both in ms on the sequence's time axis; equal for what has no length. */
export interface Label {
  fromMs: number;
  toMs: number;
}

/** Something that an analyser told. */
export interface Told {
  /** When it began, as the finding says. */
  atMs: number;
  /** When it could be known: the capture that completed the measurement. */
  knownMs: number;
}

export interface Matched<L extends Label, T extends Told> {
  hits: { label: L; told: T }[];
  missed: L[];
  falseAlarms: T[];
}

/** What was found of several types in one sequence: its errors come together, so they count as one sequence's. */
export const together = <L extends Label, T extends Told>(of: readonly Matched<L, T>[]): Matched<L, T> => ({
  hits: of.flatMap(({ hits }) => hits),
  missed: of.flatMap(({ missed }) => missed),
  falseAlarms: of.flatMap(({ falseAlarms }) => falseAlarms),
});

/**
 * A finding fits a label when its onset lies at most `toleranceMs` before or after the label's onset. Of several
 * assignments the one with the nearest onsets first is taken.
 */
export function match<L extends Label, T extends Told>(
  labels: readonly L[],
  told: readonly T[],
  toleranceMs: number,
): Matched<L, T> {
  const pairs = labels
    .flatMap((label) => told.map((one) => ({ label, told: one, apartMs: Math.abs(one.atMs - label.fromMs) })))
    .filter(({ apartMs }) => apartMs <= toleranceMs)
    .toSorted((a, b) => a.apartMs - b.apartMs);
  const hits: { label: L; told: T }[] = [];
  for (const pair of pairs) {
    if (hits.some((hit) => hit.label === pair.label || hit.told === pair.told)) continue;
    hits.push({ label: pair.label, told: pair.told });
  }
  return {
    hits,
    missed: labels.filter((label) => !hits.some((hit) => hit.label === label)),
    falseAlarms: told.filter((one) => !hits.some((hit) => hit.told === one)),
  };
}
