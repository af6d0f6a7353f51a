/**
 * The port to whatever finds faces. The analysis knows this file only: a library that finds faces better is a
 * new adapter, with no change elsewhere. What an adapter answers is geometry, and on request a descriptor that tells
 * one face from another: no age, no emotion, no name.
 */
import type { FaceDescriptor } from './face-descriptor.js';
import type { Rgb } from './picture.js';

/** x, y in pixels of the picture that was searched. */
export type Point = readonly [x: number, y: number];

/** Corners and iris centre of one eye. "Outer" is the corner away from the nose. */
export interface Eye {
  outer: Point;
  inner: Point;
  iris: Point;
}

/** The inner edges of the lips at their middle, and the corners of the mouth. */
export interface Lips {
  upper: Point;
  lower: Point;
  corners: readonly [Point, Point];
}

/** What the mesh tells of a face. `left` and `right` are sides of the picture. */
export interface Landmarks {
  eyes: { left: Eye; right: Eye };
  /** Where the nose meets the upper lip. */
  noseBase: Point;
  lips: Lips;
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
  /** Null where they could not be located. */
  landmarks: Landmarks | null;
}

export interface FaceFinder {
  /** Loads models; rejects when they cannot be loaded. */
  start(): Promise<void>;
  /**
   * The faces in one picture, the largest first. Calls may overlap, and what was seen in one picture never changes the
   * answer for another, for the pictures of many people mix.
   * Rejects with `FaceFinderError` when this picture could not be searched; later calls are served again.
   */
  find(picture: Rgb): Promise<FoundFace[]>;
  /** What the face of these landmarks looks like, to be compared with others of the same finder. Rejects as `find`. */
  describe(picture: Rgb, landmarks: Landmarks): Promise<FaceDescriptor>;
  stop(): Promise<void>;
}

export class FaceFinderError extends Error {
  override readonly name = 'FaceFinderError';
}
