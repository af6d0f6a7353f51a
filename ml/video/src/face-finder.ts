/**
 * The port to whatever finds faces. The analysis knows this file only: a library that finds faces better is a
 * new adapter, with no change elsewhere. What an adapter answers is geometry: no identity, no age, no emotion.
 */
import type { Rgb } from './picture.js';

/** x, y in pixels of the picture that was searched. */
export type Point = readonly [x: number, y: number];

/** Corners and iris centre of one eye. "Outer" is the corner away from the nose. */
export interface Eye {
  outer: Point;
  inner: Point;
  iris: Point;
}

/** A face as an adapter reports it. */
export interface FoundFace {
  /** x, y, width, height in pixels of the picture. */
  box: [x: number, y: number, width: number, height: number];
  /** 0–1: how sure the detector is that this is a face. */
  score: number;
  /** Degrees. What counts as zero and as full size is the library's own: calibrate for each person. */
  yawDeg: number;
  pitchDeg: number;
  rollDeg: number;
  /** Null where the eyes could not be located. `left` and `right` are sides of the picture. */
  eyes: { left: Eye; right: Eye } | null;
}

export interface FaceFinder {
  /** Loads models; rejects when they cannot be loaded. */
  start(): Promise<void>;
  /**
   * The faces in one picture, the largest first. Calls may overlap: they are answered one after the other, and
   * what was seen in one picture never changes the answer for another, for the pictures of many people mix.
   * Rejects with `FaceFinderError` when this picture could not be searched; later calls are served again.
   */
  find(picture: Rgb): Promise<FoundFace[]>;
  stop(): Promise<void>;
}

export class FaceFinderError extends Error {
  override readonly name = 'FaceFinderError';
}
