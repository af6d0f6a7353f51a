/**
 * The segments of one round on their way through the recogniser. Results are told in the order in which the
 * segments were spoken, and what is not told yet is part of the snapshot: a crash loses no segment.
 */
import type { Speaker } from '@interview/schema/enums';
import { decodeSamples, encodeSamples } from './pcm.js';
import { type Recogniser, RecogniserBusyError, type Transcript } from './recogniser.js';
import type { SpeechSegment } from './voice-track.js';

export interface SpokenSegment extends SpeechSegment {
  speaker: Speaker;
}

/** What came of a segment. */
export type Transcribed =
  | { segment: SpokenSegment; transcript: Transcript }
  | { segment: SpokenSegment; failure: string; busy: boolean };

/** A segment with its audio as base64. */
export type PendingSegment = Omit<SpokenSegment, 'audio'> & { audio: string };

interface Pending {
  segment: SpokenSegment;
  /** Made once: a segment may be part of several snapshots. */
  encoded: PendingSegment | undefined;
  outcome: Transcribed | undefined;
  done: Promise<void>;
}

export class Transcription {
  readonly #recogniser: Recogniser;
  #abort = new AbortController();
  #pending: Pending[] = [];

  constructor(recogniser: Recogniser, pending: readonly PendingSegment[] = []) {
    this.#recogniser = recogniser;
    for (const segment of pending) this.submit({ ...segment, audio: decodeSamples(segment.audio) });
  }

  submit(segment: SpokenSegment): void {
    const pending: Pending = { segment, encoded: undefined, outcome: undefined, done: Promise.resolve() };
    pending.done = this.#recogniser.transcribe(segment.audio, this.#abort.signal).then(
      (transcript) => {
        pending.outcome = { segment, transcript };
      },
      (error: unknown) => {
        const failure = error instanceof Error ? error.message : String(error);
        pending.outcome = { segment, failure, busy: error instanceof RecogniserBusyError };
      },
    );
    this.#pending.push(pending);
  }

  /** The results there are, up to the first segment that is still being transcribed. */
  take(): Transcribed[] {
    const taken: Transcribed[] = [];
    for (let outcome = this.#pending[0]?.outcome; outcome; outcome = this.#pending[0]?.outcome) {
      taken.push(outcome);
      this.#pending.shift();
    }
    return taken;
  }

  /** Resolves when every segment that was submitted has its result. */
  async settled(): Promise<void> {
    await Promise.all(this.#pending.map(({ done }) => done));
  }

  /** Forgets all audio: consent was withdrawn. */
  cancel(): void {
    this.#abort.abort(new Error('transcription was cancelled'));
    this.#abort = new AbortController();
    this.#pending = [];
  }

  snapshot(): PendingSegment[] {
    return this.#pending.map((pending) => {
      pending.encoded ??= { ...pending.segment, audio: encodeSamples(pending.segment.audio) };
      return pending.encoded;
    });
  }
}
