/** A recogniser that listens along and answers when the test says so. */
import { joinSamples } from './pcm.js';
import type { InterimText, Recogniser, RecogniserLine, SegmentListener, Transcript } from './recogniser.js';

export class HeldSegment {
  readonly settle = Promise.withResolvers<Transcript>();
  readonly #heard: Int16Array[] = [];
  /** The `samples` of `end`. */
  ended: number | undefined;
  cancelled = false;

  constructor(readonly onInterim: (interim: InterimText) => void) {}

  get audio(): Int16Array {
    return joinSamples(this.#heard);
  }

  get listener(): SegmentListener {
    return {
      hear: (samples) => void this.#heard.push(samples),
      end: (samples) => {
        this.ended = samples;
        return this.settle.promise;
      },
      cancel: () => {
        this.cancelled = true;
      },
    };
  }
}

export class HeldRecogniser implements Recogniser {
  readonly segments: HeldSegment[] = [];
  lines = 0;
  closed = 0;
  started = 0;

  constructor(readonly name = 'held') {}

  async start() {
    this.started++;
  }
  async stop() {}

  openLine(): RecogniserLine {
    this.lines++;
    return {
      listen: (onInterim) => {
        const segment = new HeldSegment(onInterim);
        this.segments.push(segment);
        return segment.listener;
      },
      close: () => {
        this.closed++;
      },
    };
  }

  /** Answers a segment with these words, half a second each. */
  say(index: number, text: string) {
    const words = text.split(' ').map((word, i) => ({
      text: word,
      startMs: i * 500,
      endMs: i * 500 + 400,
      confidence: 0.9,
    }));
    this.segments[index]?.settle.resolve({ text, words, recogniser: this.name });
  }
}
