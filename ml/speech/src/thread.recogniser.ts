/**
 * A recogniser whose decoder works in a thread of its own, one whole segment after the other: pocketsphinx and
 * Whisper. The thread is a file that answers `DecodeRequest`s with `DecodeAnswer`s.
 */
import { Worker } from 'node:worker_threads';
import { CollectingLine } from './collecting.line.js';
import type { DecodeAnswer, DecodeRequest } from './decode-messages.js';
import { samplesToMs } from './pcm.js';
import { type Recogniser, RecogniserBusyError, RecogniserFailure, type Transcript } from './recogniser.js';

/** Audio that may wait for the thread: at a real-time factor of 0.2–0.4 half a minute to a minute of work. */
export const WAITING_AT_MOST_MS = 120_000;

type Heard = Omit<Transcript, 'recogniser'>;

interface Job {
  id: number;
  audio: Int16Array;
  heard: Promise<Heard>;
  resolve: (heard: Heard) => void;
  reject: (error: Error) => void;
}

export interface ThreadParts {
  /** The thread's file; `import.meta.url` of the adapter decides between `.js`, when built, and `.ts`, in tests. */
  thread: URL;
  /** What the thread is started with. */
  data: unknown;
}

/** The file of a thread that lies beside the module at `url`. */
export function threadBeside(url: string, name: string): URL {
  return new URL(`./${name}.${url.endsWith('.ts') ? 'ts' : 'js'}`, url);
}

export class ThreadRecogniser implements Recogniser {
  readonly name: string;
  readonly #parts: ThreadParts;
  readonly #waiting: Job[] = [];
  #thread: Worker | undefined;
  #ready = false;
  #current: Job | undefined;
  #lastId = 0;

  constructor(name: string, parts: ThreadParts) {
    this.name = name;
    this.#parts = parts;
  }

  /** Milliseconds of audio that wait or are being decoded. */
  get waitingMs(): number {
    const jobs = this.#current ? [this.#current, ...this.#waiting] : this.#waiting;
    return jobs.reduce((sum, { audio }) => sum + samplesToMs(audio.length), 0);
  }

  start(): Promise<void> {
    return new Promise((resolve, reject) => {
      const thread = new Worker(this.#parts.thread, { workerData: this.#parts.data, name: this.name });
      this.#thread = thread;
      thread.on('message', (message: DecodeAnswer) => {
        if (message.kind === 'ready') {
          this.#ready = true;
          resolve();
        } else if (message.kind === 'unable') {
          reject(new RecogniserFailure(message.reason, 'could not be loaded'));
          void thread.terminate();
        } else this.#answered(message);
        this.#next();
      });
      // A promise settles once: after `ready` and `unable` these only tell those who wait.
      thread.once('error', (error) => {
        const failure = new RecogniserFailure(`${this.name}: ${error.message}`, 'broke off');
        reject(failure);
        this.#lost(thread, failure);
      });
      thread.once('exit', (code) => {
        const failure = new RecogniserFailure(`${this.name} stopped with ${code}`, 'broke off');
        reject(failure);
        this.#lost(thread, failure);
      });
    });
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
    if (this.waitingMs >= WAITING_AT_MOST_MS) {
      throw new RecogniserBusyError(`${Math.round(this.waitingMs / 1000)} s of audio wait for ${this.name} already`);
    }
    const job = this.#enqueue(audio);
    const forget = () => this.#forget(job, signal?.reason);
    signal?.addEventListener('abort', forget);
    // After a crash the thread is started anew by the next segment.
    if (!this.#thread) this.start().catch((error: unknown) => this.#forget(job, error));
    this.#next();
    try {
      return { ...(await job.heard), recogniser: this.name };
    } finally {
      signal?.removeEventListener('abort', forget);
    }
  }

  async stop(): Promise<void> {
    await this.#thread?.terminate();
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
    const request: DecodeRequest = { id, audio };
    this.#thread?.postMessage(request);
  }

  #answered(message: Exclude<DecodeAnswer, { kind: 'ready' | 'unable' }>): void {
    const job = this.#current;
    if (job?.id !== message.id) return;
    this.#current = undefined;
    if (message.kind === 'heard') job.resolve(message.heard);
    else job.reject(new RecogniserFailure(message.reason, 'could not decode a segment'));
  }

  /** What the thread is decoding already cannot be taken back; nobody hears of it. */
  #forget(job: Job, reason: unknown): void {
    const at = this.#waiting.indexOf(job);
    if (at >= 0) this.#waiting.splice(at, 1);
    job.reject(reason instanceof Error ? reason : new Error(String(reason)));
  }

  #lost(thread: Worker, error: Error): void {
    if (this.#thread !== thread) return;
    this.#thread = undefined;
    this.#ready = false;
    const jobs = this.#current ? [this.#current, ...this.#waiting] : this.#waiting;
    this.#current = undefined;
    for (const job of jobs.splice(0)) job.reject(error);
    this.#waiting.length = 0;
  }
}
