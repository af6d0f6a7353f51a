/**
 * Several decoders of one kind, so that people who speak at once need not wait for each other: a segment goes to the one
 * that has the least to do. Each decoder takes as much memory as the first: one more is loaded only when audio waits.
 */
import { CollectingLine } from './collecting.line.js';
import type { DecoderRecogniser } from './decoder.recogniser.js';
import type { Recogniser, Transcript } from './recogniser.js';

/** More than this much audio waits for each decoder there is: then another one is worth its memory. */
export const ANOTHER_FROM_MS = 3_000;

export class DecoderPool implements Recogniser {
  readonly name: string;
  readonly #open: () => DecoderRecogniser;
  readonly #first: DecoderRecogniser;
  readonly #decoders: DecoderRecogniser[];
  #atMost: number;
  #starting: DecoderRecogniser | undefined;

  /** @param open makes one that is not started. @param atMost decoders, each in a thread or process of its own */
  constructor(open: () => DecoderRecogniser, atMost: number) {
    this.#open = open;
    this.#first = open();
    this.#atMost = atMost;
    this.#decoders = [this.#first];
    this.name = this.#first.name;
  }

  /** Of the first: the others are started when audio waits. */
  start(): Promise<void> {
    return this.#first.start();
  }

  openLine(): CollectingLine {
    return new CollectingLine((audio, signal) => this.transcribe(audio, signal));
  }

  /** As `DecoderRecogniser.transcribe`, but that segments are answered in the order in which they are done. */
  transcribe(audio: Int16Array, signal?: AbortSignal): Promise<Transcript> {
    return this.#leastBusy().transcribe(audio, signal);
  }

  async stop(): Promise<void> {
    const starting = this.#starting ? [this.#starting] : [];
    await Promise.all([...this.#decoders, ...starting].map((decoder) => decoder.stop()));
  }

  #leastBusy(): DecoderRecogniser {
    const least = this.#decoders.reduce((one, other) => (other.waitingMs < one.waitingMs ? other : one));
    if (least.waitingMs > ANOTHER_FROM_MS && this.#decoders.length < this.#atMost) this.#startAnother();
    return least;
  }

  /** It is given segments once it is loaded: one that cannot be, always idle, would be given them all and fail them. */
  #startAnother(): void {
    if (this.#starting) return;
    const another = this.#open();
    this.#starting = another;
    const started = () => this.#decoders.push(another);
    // Those there are go on as before it was wanted; it is not wanted again.
    const unable = () => (this.#atMost = this.#decoders.length);
    void another
      .start()
      .then(started, unable)
      .finally(() => {
        this.#starting = undefined;
      });
  }
}
