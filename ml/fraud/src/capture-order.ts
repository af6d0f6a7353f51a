/**
 * The order of what `video` saw and `speech` heard. After a crash they repeat their last observations, and some come
 * late: neither is one more "in a row". Only a capture after all before it counts, unless the clock was set back.
 */

/** Back by more than this the clock was set anew; by less, captures overtook each other. As in `video`. */
const CLOCK_STEP_MS = 10_000;

/** Where a capture stands after the last one that counted; `null` before the first. */
export function placeInOrder(lastMs: number | null, capturedAtMs: number): 'next' | 'late' | 'clock-set-back' {
  if (lastMs === null || capturedAtMs > lastMs) return 'next';
  return lastMs - capturedAtMs > CLOCK_STEP_MS ? 'clock-set-back' : 'late';
}
