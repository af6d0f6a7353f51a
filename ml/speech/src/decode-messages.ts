/** What passes between `ThreadRecogniser` and the threads that decode. Types only: threads strip them. */
import type { Transcript } from './recogniser.js';

export interface DecodeRequest {
  id: number;
  audio: Int16Array;
}

export type DecodeAnswer =
  | { kind: 'ready' }
  /** The decoder cannot be had: the library or the model is missing or broken. */
  | { kind: 'unable'; reason: string }
  | { kind: 'heard'; id: number; heard: Omit<Transcript, 'recogniser'> }
  | { kind: 'failed'; id: number; reason: string };
