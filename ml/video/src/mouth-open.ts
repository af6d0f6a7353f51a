/** How far a mouth is open: for `fraud`, which weighs a voice that is heard while the candidate's lips are still. */
import type { Lips, Point } from './face-finder.js';

/** The gap between the lips over the width of the mouth; null where the lips were not located. */
export function mouthOpen(lips: Lips | undefined): number | null {
  if (!lips) return null;
  const open = distance(lips.upper, lips.lower) / distance(...lips.corners);
  return Number.isFinite(open) ? open : null;
}

const distance = (a: Point, b: Point) => Math.hypot(a[0] - b[0], a[1] - b[1]);
