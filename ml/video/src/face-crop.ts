/**
 * Cuts a face out of a picture the way the identity net was trained to see it: upright, the eyes and the nose at fixed
 * places in 150 × 150 pixels.
 *
 * Loaded inside the thread, where Node strips the types of the source: it imports types only.
 */
import type { Landmarks, Point } from './face-finder.js';
import type { Rgb } from './picture.js';

export const CROP_SIDE = 150;
/** Share of the crop's inner square that is added on each side. */
const PADDING = 0.25;
/**
 * Where the corners of the eyes (from the picture's left to its right) and the base of the nose lie in the inner
 * square: dlib's mean face of five landmarks, with which the net's training pictures were cut (`get_face_chip_details`).
 */
const MEAN_FACE: readonly Point[] = [
  [0.1205750620789, 0.2137274526848],
  [0.3340850613712, 0.2290642403242],
  [0.6460604764104, 0.2289674387677],
  [0.8595674595992, 0.2134981538014],
  [0.4901123135679, 0.6277975316475],
];
const PLACES = MEAN_FACE.map(([x, y]): Point => [placeOf(x), placeOf(y)]);
function placeOf(share: number): number {
  return ((PADDING + share) / (1 + 2 * PADDING)) * CROP_SIDE;
}
/** A face larger than the crop is averaged over this many steps each way at most. */
const STEPS_LIMIT = 4;

/** Rotation, size and shift: `x' = a·x − b·y + dx`, `y' = b·x + a·y + dy`. */
interface Similarity {
  a: number;
  b: number;
  dx: number;
  dy: number;
}

/** Interleaved RGB, 0–255, `CROP_SIDE` pixels each way. What lies outside the picture repeats its edge. */
export function cropFace(picture: Rgb, { eyes, noseBase }: Landmarks): Float32Array {
  const { left, right } = eyes;
  const toPicture = bestSimilarity(PLACES, [left.outer, left.inner, right.inner, right.outer, noseBase]);
  const steps = Math.min(STEPS_LIMIT, Math.max(1, Math.round(Math.hypot(toPicture.a, toPicture.b))));
  const crop = new Float32Array(CROP_SIDE * CROP_SIDE * 3);
  const { a, b, dx, dy } = toPicture;
  for (let y = 0; y < CROP_SIDE; y++) {
    for (let x = 0; x < CROP_SIDE; x++) {
      const at = (y * CROP_SIDE + x) * 3;
      for (let step = 0; step < steps * steps; step++) {
        const u = x + ((step % steps) + 0.5) / steps - 0.5;
        const v = y + (Math.floor(step / steps) + 0.5) / steps - 0.5;
        addPixel(crop, at, picture, a * u - b * v + dx, b * u + a * v + dy, 1 / steps ** 2);
      }
    }
  }
  return crop;
}

/** The similarity that carries `from` nearest to `to`, by least squares. */
function bestSimilarity(from: readonly Point[], to: readonly Point[]): Similarity {
  const [fromX, fromY] = middleOf(from);
  const [toX, toY] = middleOf(to);
  let [along, across, size] = [0, 0, 0];
  for (const [i, [x, y]] of from.entries()) {
    const [u, v] = to[i] ?? [toX, toY];
    along += (x - fromX) * (u - toX) + (y - fromY) * (v - toY);
    across += (x - fromX) * (v - toY) - (y - fromY) * (u - toX);
    size += (x - fromX) ** 2 + (y - fromY) ** 2;
  }
  const [a, b] = [along / size, across / size];
  return { a, b, dx: toX - a * fromX + b * fromY, dy: toY - b * fromX - a * fromY };
}

function middleOf(points: readonly Point[]): Point {
  const sum = points.reduce(([x, y]: Point, [u, v]): Point => [x + u, y + v], [0, 0]);
  return [sum[0] / points.length, sum[1] / points.length];
}

/** Adds the picture's colours at a place between pixels, weighed. */
function addPixel(crop: Float32Array, at: number, picture: Rgb, x: number, y: number, weight: number): void {
  const { width, height, data } = picture;
  const u = Math.min(Math.max(x, 0), width - 1);
  const v = Math.min(Math.max(y, 0), height - 1);
  const [left, top] = [Math.floor(u), Math.floor(v)];
  const [right, bottom] = [Math.min(left + 1, width - 1), Math.min(top + 1, height - 1)];
  const [fx, fy] = [u - left, v - top];
  for (let colour = 0; colour < 3; colour++) {
    const upper = value(top, left, colour) * (1 - fx) + value(top, right, colour) * fx;
    const lower = value(bottom, left, colour) * (1 - fx) + value(bottom, right, colour) * fx;
    crop[at + colour] = (crop[at + colour] ?? 0) + weight * (upper * (1 - fy) + lower * fy);
  }
  function value(row: number, column: number, colour: number): number {
    return data[(row * width + column) * 3 + colour] ?? 0;
  }
}
