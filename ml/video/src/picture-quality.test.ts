import { describe, expect, it } from '@jest/globals';
import { readPicture } from '../fixtures/fixtures.js';
import { decodePicture } from './picture.js';
import { followStillness, judgePicture, measurePicture, QUALITY_LIMITS, type Stillness } from './picture-quality.js';

const newStillness: Stillness = { fingerprint: 'x', sinceMs: 0, frames: 1 };
const grey = (width: number, height: number, value: (x: number, y: number) => number) => ({
  width,
  height,
  data: Uint8Array.from({ length: width * height }, (_, i) => value(i % width, Math.floor(i / width))),
});

describe('figures of a picture', () => {
  it('of one grey: its luma, no contrast, no edges', () => {
    expect(measurePicture(grey(8, 6, () => 77))).toMatchObject({ luma: 77, contrast: 0, sharpness: 0 });
  });

  it('of a checkerboard: every inner pixel differs from its four neighbours by the whole range', () => {
    // Laplacian ±4 · 100 at each of the inner 6 × 6 pixels, half of them each way.
    const { luma, contrast, sharpness } = measurePicture(grey(8, 8, (x, y) => ((x + y) % 2) * 100));
    expect({ luma, contrast, sharpness }).toEqual({ luma: 50, contrast: 50, sharpness: 160_000 });
  });

  it('tell two pictures apart that differ in one pixel', () => {
    const one = measurePicture(grey(8, 8, () => 10));
    const other = measurePicture(grey(8, 8, (x, y) => (x === 7 && y === 7 ? 11 : 10)));
    expect(one.fingerprint).not.toBe(other.fingerprint);
    expect(one.fingerprint).toBe(measurePicture(grey(8, 8, () => 10)).fingerprint);
  });

  it.each([
    ['face_a', 'OK'],
    ['face_a_dim', 'OK'],
    ['face_a_synth_yawm45', 'OK'],
    ['two_faces', 'OK'],
    ['no_face', 'OK'],
    ['dark', 'DARK'],
    ['black', 'DARK'],
    ['blurred', 'BLURRED'],
  ])('%s is %s', async (name, issue) => {
    const figures = measurePicture((await decodePicture(readPicture(name))).grey);
    expect(judgePicture(figures, newStillness, 0)).toBe(issue);
  });
});

describe('a picture that does not change', () => {
  const figures = { luma: 120, contrast: 50, sharpness: 500, fingerprint: 'same' };
  const judgeAfter = (times: number[]) => {
    let still: Stillness | null = null;
    for (const atMs of times) still = followStillness(still, figures.fingerprint, atMs);
    return judgePicture(figures, still ?? newStillness, times.at(-1) ?? 0);
  };

  it('is frozen after five seconds, at any rate of frames', () => {
    expect(judgeAfter([0, 1000, 2000, 3000, 4000])).toBe('OK');
    expect(judgeAfter([0, 1000, 2000, 3000, 4000, 5000])).toBe('FROZEN');
    expect(judgeAfter([0, 2500, 5000])).toBe('FROZEN');
  });

  it('is not called frozen for two frames far apart', () => {
    expect(judgeAfter([0, QUALITY_LIMITS.frozenMs * 2])).toBe('OK');
  });

  it('starts anew at every change', () => {
    const before: Stillness = { fingerprint: 'before', sinceMs: 0, frames: 40 };
    expect(followStillness(before, 'same', 9000)).toEqual({ fingerprint: 'same', sinceMs: 9000, frames: 1 });
  });

  it('is dark before it is frozen: a covered lens', () => {
    const covered: Stillness = { fingerprint: 'same', sinceMs: 0, frames: 100 };
    expect(judgePicture({ ...figures, luma: 3 }, covered, 60_000)).toBe('DARK');
  });
});
