/**
 * A recogniser of whole segments: its decoder works beside this thread, one segment after the other. pocketsphinx and
 * Whisper are such.
 */
import { CollectingLine } from './collecting.line.js';
import type { DecodeAnswer } from './decode-messages.js';
import type { DecoderHost, OpenHost } from './decoder-host.js';
import { samplesToMs } from './pcm.js';
import { type Recogniser, RecogniserBusyError, RecogniserFailure, type Transcript } from './recogniser.js';

/** Audio that may wait for the decoder: at a real-time factor of 0.2–0.4 half a minute to a minute of work. */
export const WAITING_AT_MOST_MS = 120_000;
/** While more than this waits, a decoder that can is to be quick: text that comes late is worth little live. */
export const HURRY_FROM_MS = 15_000;

/**
 * How long a decoder may take before it counts as hung, and is ended. Loading takes seconds; decoding 0.1 to 0.4 of the
 * audio, and several times that on a busy machine. These are far beyond: only what never answers meets them.
 */
export const DECODER_LIMITS = { startMs: 60_000, answerMs: 30_000, answerPerAudio: 4, stopMs: 5_000 };

/** The words and their text. */
export type Heard = Omit<Transcript, 'recogniser'>;

interface Job {
  id: number;
  audio: Int16Array;
  heard: Promise<Heard>;
  resolve: (heard: Heard) => void;
  reject: (error: Error) => void;
}

export interface DecoderParts {
  host: OpenHost;
  /** What the decoder is to load. @throws RecogniserFailure when it is not there. */
  data(): unknown;
  /** Makes words of what the decoder heard. */
  read(heard: unknown): Heard;
}

export class DecoderRecogniser implements Recogniser {
  readonly name: string;
  readonly #parts: DecoderParts;
  readonly #limits: typeof DECODER_LIMITS;
  readonly #waiting: Job[] = [];
  #host: DecoderHost | undefined;
  #ready = false;
  #current: Job | undefined;
  #limit: NodeJS.Timeout | undefined;
  #lastId = 0;

  constructor(name: string, parts: DecoderParts, limits = DECODER_LIMITS) {
    this.name = name;
    this.#parts = parts;
    this.#limits = limits;
  }

  /** Milliseconds of audio that wait or are being decoded. */
  get waitingMs(): number {
    const jobs = this.#current ? [this.#current, ...this.#waiting] : this.#waiting;
    return jobs.reduce((sum, { audio }) => sum + samplesToMs(audio.length), 0);
  }

  async start(): Promise<void> {
    const data = this.#parts.data();
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const unable = (message: string, reason = 'could not be loaded') => {
      const failure = new RecogniserFailure(`${this.name} ${message}`, reason);
      reject(failure);
      this.#lost(host, failure);
    };
    const host: DecoderHost = this.#parts.host(data, {
      answer: (answer) => {
        if (this.#host !== host) return;
        if (answer.kind === 'ready') {
          this.#ready = true;
          resolve();
          this.#next();
        } else if (answer.kind === 'unable') {
          unable(`could not be loaded: ${answer.reason}`);
          void host.stop();
        } else this.#answered(answer);
      },
      // It may have been told before why it is: whatever came first counts.
      gone: (why) => unable(`stopped (${why})`, this.#ready ? 'broke off' : undefined),
    });
    this.#host = host;
    const limit = setTimeout(() => {
      unable(`was not loaded within ${this.#limits.startMs} ms`, 'was not loaded in time');
      void host.stop();
    }, this.#limits.startMs);
    try {
      await promise;
    } finally {
      clearTimeout(limit);
    }
  }

  openLine(): CollectingLine {
    return new CollectingLine((audio, signal) => this.transcribe(audio, signal));
  }

  /**
   * Transcribes a whole segment; segments are answered in the order in which they came.
   * @throws RecogniserBusyError @throws RecogniserFailure
   */
  async transcribe(audio: Int16Array, signal?: AbortSignal): Promise<Transcript> {
    signal?.throwIfAborted();
    // Of no sound at all some decoders make words.
    if (audio.length === 0) return { text: '', words: [], recogniser: this.name };
    if (this.waitingMs >= WAITING_AT_MOST_MS) {
      throw new RecogniserBusyError(`${Math.round(this.waitingMs / 1000)} s of audio wait for ${this.name} already`);
    }
    const job = this.#enqueue(audio);
    const forget = () => this.#forget(job, signal?.reason);
    signal?.addEventListener('abort', forget);
    // After a crash the decoder is started anew by the next segment.
    if (!this.#host) this.#restart();
    this.#next();
    try {
      return { ...(await job.heard), recogniser: this.name };
    } finally {
      signal?.removeEventListener('abort', forget);
    }
  }

  async stop(): Promise<void> {
    const host = this.#host;
    if (!host) return;
    const failure = new RecogniserFailure(`${this.name} stopped (it is no longer needed)`, 'broke off');
    // Without one that waits, nothing starts it again.
    for (const job of this.#waiting.splice(0)) job.reject(failure);
    this.#lost(host, failure);
    // A thread within native code cannot be ended: it is not waited for longer than this.
    const { promise, resolve } = Promise.withResolvers<void>();
    const limit = setTimeout(resolve, this.#limits.stopMs);
    await Promise.race([host.stop(), promise]);
    clearTimeout(limit);
  }

  #enqueue(audio: Int16Array): Job {
    const { promise, resolve, reject } = Promise.withResolvers<Heard>();
    const job = { id: ++this.#lastId, audio, heard: promise, resolve, reject };
    this.#waiting.push(job);
    return job;
  }

  #next(): void {
    if (!this.#ready || this.#current) return;
    this.#current = this.#waiting.shift();
    if (!this.#current) return;
    const { id, audio } = this.#current;
    const withinMs = this.#limits.answerMs + this.#limits.answerPerAudio * samplesToMs(audio.length);
    this.#limit = setTimeout(() => this.#hung(withinMs), withinMs);
    this.#host?.post({ id, audio, hurried: this.waitingMs > HURRY_FROM_MS + samplesToMs(audio.length) });
  }

  /** It answers nothing: it is ended, and another one decodes what waits. */
  #hung(withinMs: number): void {
    const host = this.#host;
    if (!host) return;
    const message = `${this.name} did not answer within ${Math.round(withinMs)} ms`;
    this.#lost(host, new RecogniserFailure(message, 'did not answer in time'));
    void host.stop();
  }

  #answered(message: Exclude<DecodeAnswer, { kind: 'ready' | 'unable' }>): void {
    const job = this.#current;
    if (job?.id !== message.id) return;
    this.#endCurrent();
    try {
      if (message.kind === 'failed') throw new RecogniserFailure(message.reason, 'could not decode a segment');
      job.resolve(this.#read(message.heard));
    } catch (error) {
      job.reject(error as Error); // both throw errors
    }
    this.#next();
  }

  /** What is being decoded already cannot be taken back; nobody hears of it. */
  #forget(job: Job, reason: unknown): void {
    const at = this.#waiting.indexOf(job);
    if (at >= 0) this.#waiting.splice(at, 1);
    job.reject(reason instanceof Error ? reason : new Error(String(reason)));
  }

  /** @throws RecogniserFailure for an answer that is not what the decoder's library promises. */
  #read(heard: unknown): Heard {
    try {
      return this.#parts.read(heard);
    } catch (error) {
      const message = `${this.name} answered what cannot be read: ${(error as Error).message}`;
      throw new RecogniserFailure(message, 'gave an answer that could not be read');
    }
  }

  /** The segment that it was decoding is lost with it: it may be the reason. Those that wait are for its successor. */
  #lost(host: DecoderHost, error: Error): void {
    if (this.#host !== host) return;
    const wasReady = this.#ready;
    this.#host = undefined;
    this.#ready = false;
    this.#endCurrent()?.reject(error);
    if (!wasReady) for (const job of this.#waiting.splice(0)) job.reject(error);
    if (this.#waiting.length > 0) this.#restart();
  }

  /** Those that wait are rejected when it cannot be started, by `#lost`, or here where its files are gone. */
  #restart(): void {
    this.start().catch((error: Error) => {
      if (!this.#host) for (const job of this.#waiting.splice(0)) job.reject(error);
    });
  }

  #endCurrent(): Job | undefined {
    const job = this.#current;
    clearTimeout(this.#limit);
    this.#current = undefined;
    return job;
  }
}
