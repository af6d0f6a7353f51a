/**
 * Whether a picture can be measured at all: brightness, sharpness, and whether the camera still moves. Pure
 * arithmetic on the small grey picture (320 pixels wide, about 1 ms).
 */
import { createHash } from 'node:crypto';
import type { FaceObservation } from '@interview/schema/messages';
import { z } from 'zod';
import type { Grey } from './picture.js';

export type QualityIssue = FaceObservation['quality'];

export interface PictureFigures {
  /** Mean luma, 0–255. */
  luma: number;
  /** Standard deviation of the luma. */
  contrast: number;
  /** Variance of the Laplacian (4 neighbours): high where there are edges. */
  sharpness: number;
  /** Equal for two pictures when every grey pixel is. */
  fingerprint: string;
}

/**
 * Measured on sample pictures with this code:
 * - luma: 13 at 7 % brightness, 67 for a dim room, 98 and more otherwise. 30 is the geometric middle of the first two.
 * - sharpness: 9–15 blurred, 124 and more sharp (dim), 433 and more sharp (lit). 40 is the geometric middle.
 * - sharpness for each unit of contrast², which does not fall with the light: 0.002–0.004 blurred, 0.09 and
 *   more sharp. A picture counts as blurred only when both are low: a plain wall has few edges too.
 * - identical for 5 s: a camera's noise changes some pixel in every frame, so a live one never gets there; video
 *   conferencing repeats a frame for a second or two when the network stalls.
 */
export const QUALITY_LIMITS = {
  darkLuma: 30,
  blurredSharpness: 40,
  blurredRelativeSharpness: 0.02,
  frozenMs: 5000,
  frozenFrames: 3,
} as const;

export function measurePicture({ width, height, data }: Grey): PictureFigures {
  const pixels = width * height;
  let sum = 0;
  let squares = 0;
  for (let i = 0; i < pixels; i++) {
    const value = data[i] ?? 0;
    sum += value;
    squares += value * value;
  }
  const luma = sum / pixels;
  return {
    luma,
    contrast: Math.sqrt(Math.max(0, squares / pixels - luma * luma)),
    sharpness: laplacianVariance(width, height, data),
    fingerprint: createHash('sha1').update(data.subarray(0, pixels)).digest('base64url'),
  };
}

function laplacianVariance(width: number, height: number, data: Uint8Array): number {
  let sum = 0;
  let squares = 0;
  let count = 0;
  for (let y = 1; y < height - 1; y++) {
    for (let i = y * width + 1; i < (y + 1) * width - 1; i++) {
      const around = (data[i - 1] ?? 0) + (data[i + 1] ?? 0) + (data[i - width] ?? 0) + (data[i + width] ?? 0);
      const laplacian = around - 4 * (data[i] ?? 0);
      sum += laplacian;
      squares += laplacian * laplacian;
      count += 1;
    }
  }
  return count === 0 ? 0 : squares / count - (sum / count) ** 2;
}

/** Since when the picture has been the same one. */
export const Stillness = z.object({ fingerprint: z.string(), sinceMs: z.number(), frames: z.int() });
export type Stillness = z.infer<typeof Stillness>;

/** Follows how long the picture has not changed; `before` is null at the first frame. */
export function followStillness(before: Stillness | null, fingerprint: string, atMs: number): Stillness {
  if (before?.fingerprint !== fingerprint) return { fingerprint, sinceMs: atMs, frames: 1 };
  return { ...before, frames: before.frames + 1 };
}

/** What is wrong with one picture. Dark comes first: nothing else can be told of a dark one; then frozen, then blurred. */
export function judgePicture(figures: PictureFigures, still: Stillness, atMs: number): QualityIssue {
  const limits = QUALITY_LIMITS;
  if (figures.luma < limits.darkLuma) return 'DARK';
  if (still.frames >= limits.frozenFrames && atMs - still.sinceMs >= limits.frozenMs) return 'FROZEN';
  const relative = figures.contrast > 0 ? figures.sharpness / figures.contrast ** 2 : 0;
  const blurred = figures.sharpness < limits.blurredSharpness && relative < limits.blurredRelativeSharpness;
  return blurred ? 'BLURRED' : 'OK';
}
