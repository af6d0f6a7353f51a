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
  readonly #waiting: Job[] = [];
  #host: DecoderHost | undefined;
  #ready = false;
  #current: Job | undefined;
  #lastId = 0;

  constructor(name: string, parts: DecoderParts) {
    this.name = name;
    this.#parts = parts;
  }

  /** Milliseconds of audio that wait or are being decoded. */
  get waitingMs(): number {
    const jobs = this.#current ? [this.#current, ...this.#waiting] : this.#waiting;
    return jobs.reduce((sum, { audio }) => sum + samplesToMs(audio.length), 0);
  }

  async start(): Promise<void> {
    const data = this.#parts.data();
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const host: DecoderHost = this.#parts.host(data, {
      answer: (answer) => {
        if (this.#host !== host) return;
        if (answer.kind === 'ready') {
          this.#ready = true;
          resolve();
        } else if (answer.kind === 'unable') {
          reject(new RecogniserFailure(`${this.name}: ${answer.reason}`, 'could not be loaded'));
          void host.stop();
        } else this.#answered(answer);
        this.#next();
      },
      gone: (why) => {
        const reason = this.#ready ? 'broke off' : 'could not be loaded';
        const failure = new RecogniserFailure(`${this.name} stopped (${why})`, reason);
        // Told already when it was unable, and nothing new when it was ready.
        reject(failure);
        this.#lost(host, failure);
      },
    });
    this.#host = host;
    await promise;
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
    if (!this.#host) this.start().catch((error: unknown) => this.#forget(job, error));
    this.#next();
    try {
      return { ...(await job.heard), recogniser: this.name };
    } finally {
      signal?.removeEventListener('abort', forget);
    }
  }

  async stop(): Promise<void> {
    await this.#host?.stop();
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
    this.#host?.post({ id, audio, hurried: this.waitingMs > HURRY_FROM_MS + samplesToMs(audio.length) });
  }

  #answered(message: Exclude<DecodeAnswer, { kind: 'ready' | 'unable' }>): void {
    const job = this.#current;
    if (job?.id !== message.id) return;
    this.#current = undefined;
    if (message.kind === 'heard') job.resolve(this.#parts.read(message.heard));
    else job.reject(new RecogniserFailure(message.reason, 'could not decode a segment'));
  }

  /** What is being decoded already cannot be taken back; nobody hears of it. */
  #forget(job: Job, reason: unknown): void {
    const at = this.#waiting.indexOf(job);
    if (at >= 0) this.#waiting.splice(at, 1);
    job.reject(reason instanceof Error ? reason : new Error(String(reason)));
  }

  #lost(host: DecoderHost, error: Error): void {
    if (this.#host !== host) return;
    this.#host = undefined;
    this.#ready = false;
    const jobs = this.#current ? [this.#current, ...this.#waiting] : this.#waiting;
    this.#current = undefined;
    for (const job of jobs.splice(0)) job.reject(error);
    this.#waiting.length = 0;
  }
}
