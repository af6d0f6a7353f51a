/** What passes between `DecoderRecogniser` and the threads and processes that decode. Types only: threads strip them. */

export interface DecodeRequest {
  id: number;
  audio: Int16Array;
  /** So much waits that time counts more than the last word. A decoder that knows one pace only does not look at it. */
  hurried: boolean;
}

/** `heard` is the decoder's own; its adapter makes words of it. */
export type DecodeAnswer =
  | { kind: 'ready' }
  /** The decoder cannot be had: the library or the model is missing or broken. */
  | { kind: 'unable'; reason: string }
  | { kind: 'heard'; id: number; heard: unknown }
  | { kind: 'failed'; id: number; reason: string };
