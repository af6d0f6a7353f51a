/** Whether a process grows while it works, and by how much: what counts is told here, in one place. */
import { grows, linearFit, type Point } from './linear-fit.js';

/**
 * V8's heap breathes: it grows until a collection is due and falls again, so over a few minutes the line through it is
 * never flat; and for some minutes heaps and caches fill up and then stay. Memory counts as growing where the line
 * rises by more than this share of it a minute, by more than this many MB, and by twice the line's own error, over the
 * whole time and over its second half alone. 2 % a minute would double a process within 50 minutes; the workers that
 * need 100 MB and no more still take 3 to 4 MB a minute in their third one.
 */
export const GROWTH = { shareAMinute: 0.02, mbAMinute: 5 } as const;

/**
 * And of a Node process only where more stays on its heap after a collection, MB a minute: a quiet one collects so seldom
 * that it rises through all of a soak and falls after it.
 */
export const KEPT_MB_A_MINUTE = 1;

export interface Growth {
  /** Slope of the line through the samples, MB a minute, and its standard error. */
  mbAMinute: number;
  error: number;
  /** The same slope over the second half of the time. */
  lateMbAMinute: number;
  /** Mean MB. */
  mean: number;
  counts: boolean;
}

/** The slope from which on so much memory counts as growing, MB a minute. */
export const leastGrowth = (mb: number): number => Math.max(GROWTH.mbAMinute, GROWTH.shareAMinute * mb);

/** @param samples in order, x in minutes, y in MB @throws RangeError for fewer than six */
export function growthOf(samples: readonly Point[]): Growth {
  const { slope, slopeError } = linearFit(samples);
  const mean = samples.reduce((sum, { y }) => sum + y, 0) / samples.length;
  const late = samples.slice(Math.floor(samples.length / 2));
  const atLeast = leastGrowth(mean);
  return {
    mbAMinute: slope,
    error: slopeError,
    lateMbAMinute: linearFit(late).slope,
    mean,
    counts: grows(samples, atLeast) && grows(late, atLeast),
  };
}
