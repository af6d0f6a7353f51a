/**
 * Where the irises stand in the eyes, and whether that is towards the screen. The formula and its constants were
 * tuned on about 45 pictures: a share over many frames means something, a single frame little.
 */
import type { Eye, Landmarks, Point } from './face-finder.js';

/** Resting offset of the irises, their drift for each degree of yaw, and how far off still counts as eye contact. */
export const GAZE = { restingOffset: 0.06, perYawDegree: 0.0075, limit: 0.11 } as const;

/**
 * Deviation of the eyes from the screen, in widths of an eye; null where the eyes were not located.
 *
 * `(−left + right) / 2 − 0.06 − 0.0075 · yaw°`, where left and right are the irises' offsets from the middle of the
 * eye. The sign of the left one: the library mirrors the x of the iris on the picture's left.
 */
export function gazeError(eyes: Landmarks['eyes'] | undefined, yawDeg: number): number | null {
  if (!eyes) return null;
  const offset = (irisOffset(eyes.right) - irisOffset(eyes.left)) / 2;
  const error = offset - GAZE.restingOffset - GAZE.perYawDegree * yawDeg;
  return Number.isFinite(error) ? error : null;
}

/** Offset of the iris to the picture's right along the line between the corners, in widths of the eye. */
function irisOffset({ outer, inner, iris }: Eye): number {
  const [left, right] = outer[0] <= inner[0] ? [outer, inner] : [inner, outer];
  const axis = minus(right, left);
  const middle: Point = [(left[0] + right[0]) / 2, (left[1] + right[1]) / 2];
  const [dx, dy] = minus(iris, middle);
  return (dx * axis[0] + dy * axis[1]) / (axis[0] ** 2 + axis[1] ** 2);
}

const minus = (a: Point, b: Point): Point => [a[0] - b[0], a[1] - b[1]];
