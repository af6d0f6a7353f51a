/**
 * What the local server "understands": it compares the samples that it is sent with recordings whose words are
 * known, and knows the words of those stretches that are there sample for sample. Anything else is noise to it.
 */
import { joinSamples } from './pcm.js';
import type { SpokenAudio } from './spoken-words.fixtures.js';

/** Times in samples of the stream. */
export interface EarWord {
  text: string;
  written: string;
  start: number;
  end: number;
  confidence: number;
}

interface Stretch {
  audio: SpokenAudio;
  /** Where it begins in the stream, and in the recording. */
  at: number;
  from: number;
  length: number;
}

/** Fewer samples that are not zero could be anywhere. */
const TELLING = 100;
/** Frames that are not known yet and may become so with the next. */
const REMEMBERED = 40;

export class Ear {
  readonly words: EarWord[] = [];
  readonly #known: readonly SpokenAudio[];
  #position = 0;
  #stretch: Stretch | null = null;
  #unknown: Int16Array[] = [];

  constructor(known: readonly SpokenAudio[]) {
    this.#known = known;
  }

  hear(samples: Int16Array): void {
    const stretch = this.#stretch;
    this.#position += samples.length;
    if (stretch && matches(stretch.audio.samples, stretch.from + stretch.length, samples)) {
      this.#stretch = { ...stretch, length: stretch.length + samples.length };
    } else {
      this.#unknown = [...(stretch ? [] : this.#unknown), samples].slice(-REMEMBERED);
      this.#stretch = this.#find();
    }
    this.#understand();
  }

  #find(): Stretch | null {
    for (let first = 0; first < this.#unknown.length; first++) {
      const heard = joinSamples(this.#unknown.slice(first));
      if (heard.reduce((sum, sample) => sum + (sample === 0 ? 0 : 1), 0) < TELLING) return null;
      for (const audio of this.#known) {
        const from = positionOf(audio.samples, heard);
        if (from >= 0) return { audio, at: this.#position - heard.length, from, length: heard.length };
      }
    }
    return null;
  }

  /** The words that were heard to their end, at least from their middle on. */
  #understand(): void {
    const stretch = this.#stretch;
    if (!stretch) return;
    this.#unknown = [];
    for (const { text, written, startMs, endMs, confidence } of stretch.audio.words) {
      if ((startMs + endMs) * 8 < stretch.from || endMs * 16 > stretch.from + stretch.length) continue;
      const [start, end] = [startMs, endMs].map((ms) => stretch.at + Math.max(0, ms * 16 - stretch.from));
      if (start === undefined || end === undefined || this.words.some((known) => known.end >= end)) continue;
      this.words.push({ text, written, start, end, confidence });
    }
  }
}

function matches(recording: Int16Array, at: number, samples: Int16Array): boolean {
  if (at + samples.length > recording.length) return false;
  for (let i = 0; i < samples.length; i++) if (recording[at + i] !== samples[i]) return false;
  return true;
}

function positionOf(recording: Int16Array, samples: Int16Array): number {
  for (let at = 0; at + samples.length <= recording.length; at++) if (matches(recording, at, samples)) return at;
  return -1;
}
