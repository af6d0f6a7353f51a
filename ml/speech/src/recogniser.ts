/**
 * The port to speech recognition. A recogniser hears one whole segment of speech at a time and answers with
 * its words. What an adapter promises:
 *
 * - `start` resolves when it can transcribe, and rejects with a sentence for a person when it cannot.
 * - `transcribe` answers segments in the order in which they came, whatever round they are of, keeps nothing
 *   of one for the next, and gives the same answer for the same audio. It never blocks the event loop.
 * - It refuses with `RecogniserBusyError` when more audio waits than it works off in reasonable time, so
 *   nothing queues without bound. Any other rejection concerns that segment alone; the next may succeed.
 * - After `signal` is aborted the audio is forgotten as soon as the adapter can, and the promise rejects.
 * - Words have no markup: no silence marks, no numbers of pronunciations. Fillers ("um") are words like others.
 * - `stop` ends everything it started; what still waits is rejected.
 *
 * Partial text needs a recogniser that listens while a person speaks; those get a port of their own beside this
 * one, since a decoder of whole segments loses most of its accuracy when it is asked for partial text.
 */
export interface RecognisedWord {
  text: string;
  /** Milliseconds from the audio's first sample. */
  startMs: number;
  endMs: number;
  /** How sure the recogniser is of the word, 0–1. */
  confidence: number;
}

export interface Transcript {
  /** The words with spaces between; empty when none were heard. */
  text: string;
  words: RecognisedWord[];
}

export interface Recogniser {
  /** Shown to people as where the words come from, e.g. `pocketsphinx`. */
  readonly name: string;
  start(): Promise<void>;
  /** @param audio PCM, 16 kHz, mono. @throws RecogniserBusyError */
  transcribe(audio: Int16Array, signal?: AbortSignal): Promise<Transcript>;
  stop(): Promise<void>;
}

/** Too much audio waits already; this segment will not be transcribed. */
export class RecogniserBusyError extends Error {
  override readonly name = 'RecogniserBusyError';
}
