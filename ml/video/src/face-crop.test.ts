import { describe, expect, it } from '@jest/globals';
import { CROP_SIDE, cropFace } from './face-crop.js';
import type { Landmarks, Point } from './face-finder.js';

/** Where the net wants the five points, in pixels of its crop. */
const PLACES: Point[] = [
  [37.06, 46.37],
  [58.41, 47.91],
  [89.61, 47.9],
  [110.96, 46.35],
  [74.01, 87.78],
];

const WIDTH = 640;
const HEIGHT = 480;
/** A picture in which red tells the x, green the y: so each pixel of a crop says where it was taken from. */
const gradient = {
  width: WIDTH,
  height: HEIGHT,
  data: Uint8Array.from({ length: WIDTH * HEIGHT * 3 }, (_, i) => {
    const [x, y] = [Math.floor(i / 3) % WIDTH, Math.floor(i / 3 / WIDTH)];
    return [x / 2.56, y / 2, 0][i % 3] ?? 0;
  }),
};

/** A face of the mean shape, turned, enlarged and moved. */
function faceAt(
  size: number,
  degrees: number,
  at: Point,
): { landmarks: Landmarks; toPicture: (point: Point) => Point } {
  const [cos, sin] = [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)];
  const toPicture = ([x, y]: Point): Point => [at[0] + size * (cos * x - sin * y), at[1] + size * (sin * x + cos * y)];
  const [leftOuter, leftInner, rightInner, rightOuter, noseBase] = PLACES.map(toPicture);
  if (!leftOuter || !leftInner || !rightInner || !rightOuter || !noseBase) throw new Error('a point is missing');
  const iris: Point = [0, 0];
  const landmarks: Landmarks = {
    eyes: { left: { outer: leftOuter, inner: leftInner, iris }, right: { outer: rightOuter, inner: rightInner, iris } },
    noseBase,
    lips: { upper: iris, lower: iris, corners: [iris, iris] },
  };
  return { landmarks, toPicture };
}

/** From where in the picture a pixel of the crop was taken. */
function sourceOf(crop: Float32Array, x: number, y: number): Point {
  const at = (y * CROP_SIDE + x) * 3;
  return [(crop[at] ?? 0) * 2.56, (crop[at + 1] ?? 0) * 2];
}

describe('the crop of a face', () => {
  it.each([
    ['as large as the crop', 1, 0, [100, 100]],
    ['three times as large', 3, 0, [80, 10]],
    ['tilted by 30°', 1.5, 30, [250, 60]],
    ['tilted the other way', 1.2, -25, [150, 250]],
  ] as const)('puts the eyes and the nose at their places: %s', (_, size, degrees, at) => {
    const { landmarks, toPicture } = faceAt(size, degrees, at);
    const crop = cropFace(gradient, landmarks);
    for (const [x, y] of [
      [40, 45],
      [110, 45],
      [75, 88],
      [75, 120],
    ] as const) {
      const [u, v] = sourceOf(crop, x, y);
      const [expectedU, expectedV] = toPicture([x, y]);
      // The gradient's steps are 2.56 pixels wide and 2 high.
      expect(Math.abs(u - expectedU)).toBeLessThan(3);
      expect(Math.abs(v - expectedV)).toBeLessThan(2.5);
    }
  });

  it('of a face at the edge repeats the edge', () => {
    const { landmarks } = faceAt(1, 0, [-50, -40]);
    const crop = cropFace(gradient, landmarks);
    expect(sourceOf(crop, 0, 0)).toEqual([0, 0]);
    expect(crop.every(Number.isFinite)).toBe(true);
  });
});
