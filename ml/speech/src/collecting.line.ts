/** A line to a recogniser that decodes whole segments: the audio is collected, and decoded when the segment ends. */
import { joinSamples } from './pcm.js';
import type { RecogniserLine, SegmentListener, Transcript } from './recogniser.js';

/** Decodes a segment; forgets it, and rejects, when the signal is aborted. */
export type Decode = (audio: Int16Array, signal: AbortSignal) => Promise<Transcript>;

export class CollectingLine implements RecogniserLine {
  readonly #decode: Decode;
  readonly #open = new Set<SegmentListener>();

  constructor(decode: Decode) {
    this.#decode = decode;
  }

  listen(): SegmentListener {
    const cancelled = new AbortController();
    const heard: Int16Array[] = [];
    const listener: SegmentListener = {
      hear: (samples) => void heard.push(samples),
      end: async (samples) => {
        try {
          return await this.#decode(joinSamples(heard.splice(0)).subarray(0, samples), cancelled.signal);
        } finally {
          this.#open.delete(listener);
        }
      },
      cancel: () => {
        heard.length = 0;
        this.#open.delete(listener);
        cancelled.abort(new Error('the segment was cancelled'));
      },
    };
    this.#open.add(listener);
    return listener;
  }

  close(): void {
    for (const listener of [...this.#open]) listener.cancel();
  }
}
