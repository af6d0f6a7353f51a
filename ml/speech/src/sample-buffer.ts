/** The latest samples of a speaker by their position on the timeline: appended at the end, forgotten at the front. */
import { decodeSamples, encodeSamples } from './pcm.js';

export interface SampleBufferState {
  from: number;
  samples: string;
}

export class SampleBuffer {
  #from: number;
  #length: number;
  #samples: Int16Array;

  constructor(state: SampleBufferState = { from: 0, samples: '' }) {
    this.#from = state.from;
    this.#samples = decodeSamples(state.samples);
    this.#length = this.#samples.length;
  }

  /** Position of the first sample that is still there. */
  get begin(): number {
    return this.#from;
  }

  /** Position behind the last sample. */
  get end(): number {
    return this.#from + this.#length;
  }

  append(samples: Int16Array): void {
    const needed = this.#length + samples.length;
    if (needed > this.#samples.length) {
      const larger = new Int16Array(needed * 2);
      larger.set(this.#samples.subarray(0, this.#length));
      this.#samples = larger;
    }
    this.#samples.set(samples, this.#length);
    this.#length = needed;
  }

  /** A copy of the samples of [from, to) that are still, and already, there. */
  slice(from: number, to: number): Int16Array<ArrayBuffer> {
    const start = Math.max(0, from - this.#from);
    const end = Math.max(start, Math.min(this.#length, to - this.#from));
    return Int16Array.from(this.#samples.subarray(start, end));
  }

  /** Whether the last samples are these, as far as they are still there. */
  endsWith(samples: Int16Array): boolean {
    const kept = this.slice(this.end - samples.length, this.end);
    const offset = samples.length - kept.length;
    return kept.every((sample, i) => sample === samples[offset + i]);
  }

  /** Forgets what lies before a position. */
  forgetBefore(position: number): void {
    const count = Math.min(this.#length, Math.max(0, position - this.#from));
    this.#samples.copyWithin(0, count, this.#length);
    this.#from += count;
    this.#length -= count;
  }

  /** Forgets everything; the next sample has this position. */
  restartAt(position: number): void {
    this.#from = position;
    this.#length = 0;
  }

  snapshot(): SampleBufferState {
    return { from: this.#from, samples: encodeSamples(this.#samples.subarray(0, this.#length)) };
  }
}
