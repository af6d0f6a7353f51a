/**
 * One segment on its way through Deepgram. It lies as one stretch in the connection's stream of samples; which words
 * are its own is decided by where they lie in that stream. Knows no connection: on another one it begins anew.
 */
import type { Results } from './deepgram-messages.js';
import { msToSamples, SAMPLE_RATE, samplesToMs } from './pcm.js';
import { type InterimText, meanConfidence, type RecognisedWord, type Transcript } from './recogniser.js';

/** The service counts in frames of its own: an end that is this close is the end. */
const CLOSE_ENOUGH = msToSamples(50);
/** When no final answer came, words that reach this close to the end are all there are. */
const NEARLY_ALL = msToSamples(1_000);

interface HeardWord extends RecognisedWord {
  /** As it is read. */
  written: string;
  /** Samples from the segment's first. */
  middle: number;
}

export class DeepgramSegment {
  readonly settle = Promise.withResolvers<Transcript>();
  readonly onInterim: (interim: InterimText) => void;
  readonly parts: Int16Array[] = [];
  /** Of the samples that were heard the first `ended` are the segment; null while it goes on. */
  ended: number | null = null;
  /** Position of its first sample in the stream; null before it was sent. */
  offset: number | null = null;
  sentParts = 0;
  sentSamples = 0;
  finalizing = false;
  #final: HeardWord[] = [];
  #interim: HeardWord[] = [];
  /** Samples from the segment's first that final results reach to. */
  #covered = 0;

  constructor(onInterim: (interim: InterimText) => void) {
    this.onInterim = onInterim;
    // Whoever ends the segment is told; a failure before that is no unhandled one.
    this.settle.promise.catch(() => undefined);
  }

  /** Nothing of it was sent yet: the connection is another one. */
  beginAnew(): void {
    this.offset = null;
    this.sentParts = 0;
    this.sentSamples = 0;
    this.finalizing = false;
    this.#final = [];
    this.#interim = [];
    this.#covered = 0;
  }

  /** Takes what was understood of a stretch of the stream. */
  take({ start, duration, is_final, channel }: Results): void {
    if (this.offset === null) return;
    const [begin, end] = [this.offset, this.offset + this.sentSamples];
    if (start * SAMPLE_RATE >= end || (start + duration) * SAMPLE_RATE <= begin) return;
    const words = (channel.alternatives[0]?.words ?? []).flatMap((word): HeardWord[] => {
      const middle = ((word.start + word.end) / 2) * SAMPLE_RATE - begin;
      if (middle < 0 || middle >= this.sentSamples) return [];
      const [startMs, endMs] = [word.start, word.end].map((s) => Math.round(samplesToMs(s * SAMPLE_RATE - begin)));
      const { word: text, punctuated_word: written = text, confidence } = word;
      return [{ text, written, startMs: Math.max(0, startMs ?? 0), endMs: endMs ?? 0, confidence, middle }];
    });
    this.#interim = is_final ? [] : words;
    if (is_final) {
      this.#final.push(...words);
      this.#covered = Math.max(this.#covered, Math.min((start + duration) * SAMPLE_RATE, end) - begin);
    }
    if (this.ended === null && words.length > 0) this.onInterim(interimOf([...this.#final, ...this.#interim]));
  }

  /** Whether all of it was answered; `answered` is how far an answer to `Finalize` reached in the stream. */
  isComplete(answered: number | null): boolean {
    if (this.ended === null) return false;
    if (this.#covered >= this.ended - CLOSE_ENOUGH) return true;
    const end = (this.offset ?? Number.POSITIVE_INFINITY) + this.sentSamples;
    return this.finalizing && answered !== null && answered >= end - CLOSE_ENOUGH;
  }

  /** Whether, with no more answers to come, what was answered will do. */
  get nearlyComplete(): boolean {
    return this.ended !== null && this.#interim.length === 0 && this.#covered >= this.ended - NEARLY_ALL;
  }

  transcript(recogniser: string): Transcript {
    const ended = this.ended ?? 0;
    const words = this.#final.filter(({ middle }) => middle < ended);
    return {
      text: words.map(({ written }) => written).join(' '),
      words: words.map(({ text, startMs, endMs, confidence }) => ({ text, startMs, endMs, confidence })),
      recogniser,
    };
  }
}

function interimOf(words: readonly HeardWord[]): InterimText {
  return { text: words.map(({ written }) => written).join(' '), confidence: meanConfidence(words) };
}
