/** Whether a process grows while it works, and by how much: what counts is told here, in one place. */
import { grows, linearFit, type Point } from './linear-fit.js';

/**
 * V8's heap breathes: it grows until a collection is due and falls again, so over a few minutes the line through it is
 * never flat. Memory counts as growing where the line rises by more than this share of it a minute, and by more than
 * this many MB, and by twice the line's own error. 2 % a minute would double a process within 50 minutes.
 */
export const GROWTH = { shareAMinute: 0.02, mbAMinute: 3 } as const;

export interface Growth {
  /** Slope of the line through the samples, MB a minute, and its standard error. */
  mbAMinute: number;
  error: number;
  /** Mean MB. */
  mean: number;
  counts: boolean;
}

/** @param samples x in minutes, y in MB @throws RangeError for fewer than three */
export function growthOf(samples: readonly Point[]): Growth {
  const { slope, slopeError } = linearFit(samples);
  const mean = samples.reduce((sum, { y }) => sum + y, 0) / samples.length;
  const atLeast = Math.max(GROWTH.mbAMinute, GROWTH.shareAMinute * mean);
  return { mbAMinute: slope, error: slopeError, mean, counts: grows(samples, atLeast) };
}
