/** What passes between the face finder and its threads. Types only: the threads' source is run without a compiler. */
import type { FoundFace, Landmarks } from './face-finder.js';
import type { Rgb } from './picture.js';

/** What a thread is given at its start. */
export interface ThreadSettings {
  /** Least score, 0–1, of the detector and of the mesh. */
  minScore: number;
  maxFaces: number;
}

export type ThreadRequest = { kind: 'find'; picture: Rgb } | { kind: 'describe'; picture: Rgb; landmarks: Landmarks };

export type ThreadAnswer =
  | { kind: 'ready' }
  | { kind: 'faces'; faces: FoundFace[] }
  | { kind: 'descriptor'; numbers: Float32Array }
  | { kind: 'failed'; reason: string };
