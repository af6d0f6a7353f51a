/** Choosing a threshold: what the choosing half says of each value, and which one is taken. */

export interface Candidate<T> {
  value: T;
  /** For the table, e.g. `1.5 s`. */
  name: string;
  /** On the choosing half; higher is better. Null where nothing could be scored. */
  score: number | null;
}

export interface Choice<T> {
  candidates: Candidate<T>[];
  chosen: Candidate<T>;
  product: Candidate<T>;
}

/** Scores nearer than this are alike: about one standard error of an F1 of 0.96 over 170 events, which is what a half holds. */
const ALIKE = 0.015;

/**
 * The best value, or the product's where that is as good. Of several best ones the middle one is taken, as far as may be
 * from where the score falls off. @throws RangeError when the product's value is not among those tried.
 */
export function choose<T>(candidates: Candidate<T>[], product: T): Choice<T> {
  const ours = candidates.find(({ value }) => value === product);
  if (!ours) throw new RangeError(`the product's value ${String(product)} was not tried`);
  const best = Math.max(...candidates.map(({ score }) => score ?? 0));
  const good = candidates.filter(({ score }) => (score ?? 0) >= best - ALIKE);
  const chosen = good.includes(ours) ? ours : (good[Math.floor((good.length - 1) / 2)] ?? ours);
  return { candidates, chosen, product: ours };
}
