/**
 * The recogniser that needs no account: CMU pocketsphinx with its US English model, in a thread of its own. It
 * decodes whole segments, since its error rate when it listens live is 86 % instead of 18–32 %.
 */
import { Worker } from 'node:worker_threads';
import { samplesToMs } from './pcm.js';
import type { PocketsphinxFiles } from './pocketsphinx-files.js';
import type { DecodeAnswer, DecodeRequest } from './pocketsphinx-thread.js';
import { type Recogniser, RecogniserBusyError, type Transcript } from './recogniser.js';

/** Audio that may wait for the thread: at a real-time factor of 0.2–0.4 half a minute to a minute of work. */
export const WAITING_AT_MOST_MS = 120_000;

interface Job {
  id: number;
  audio: Int16Array;
  transcript: Promise<Transcript>;
  resolve: (transcript: Transcript) => void;
  reject: (error: Error) => void;
}

/** Beside this file: `.js` when built, `.ts` in tests. */
const THREAD = new URL(
  import.meta.url.endsWith('.ts') ? './pocketsphinx-thread.ts' : './pocketsphinx-thread.js',
  import.meta.url,
);

export class PocketsphinxRecogniser implements Recogniser {
  readonly name = 'pocketsphinx';
  readonly #files: PocketsphinxFiles;
  readonly #waiting: Job[] = [];
  #thread: Worker | undefined;
  #ready = false;
  #current: Job | undefined;
  #lastId = 0;

  constructor(files: PocketsphinxFiles) {
    this.#files = files;
  }

  /** Milliseconds of audio that wait or are being decoded. */
  get waitingMs(): number {
    const jobs = this.#current ? [this.#current, ...this.#waiting] : this.#waiting;
    return jobs.reduce((sum, { audio }) => sum + samplesToMs(audio.length), 0);
  }

  start(): Promise<void> {
    return new Promise((resolve, reject) => {
      const thread = new Worker(THREAD, { workerData: this.#files, name: this.name });
      this.#thread = thread;
      thread.on('message', (message: DecodeAnswer) => {
        if (message.kind === 'ready') {
          this.#ready = true;
          resolve();
        } else this.#answered(message);
        this.#next();
      });
      thread.once('error', (error) => reject(error));
      // Registered after the error's listener; a promise settles once, so a clean exit only tells those who wait.
      thread.once('error', (error) => this.#lost(thread, error));
      thread.once('exit', () => this.#lost(thread, new Error('pocketsphinx stopped')));
    });
  }

  async transcribe(audio: Int16Array, signal?: AbortSignal): Promise<Transcript> {
    signal?.throwIfAborted();
    if (this.waitingMs >= WAITING_AT_MOST_MS) {
      throw new RecogniserBusyError(`${Math.round(this.waitingMs / 1000)} s of audio wait for pocketsphinx already`);
    }
    const job = this.#enqueue(audio);
    const forget = () => this.#forget(job, signal?.reason);
    signal?.addEventListener('abort', forget);
    // After a crash the thread is started anew by the next segment.
    if (!this.#thread) this.start().catch((error: unknown) => this.#forget(job, error));
    this.#next();
    try {
      return await job.transcript;
    } finally {
      signal?.removeEventListener('abort', forget);
    }
  }

  async stop(): Promise<void> {
    await this.#thread?.terminate();
  }

  #enqueue(audio: Int16Array): Job {
    const { promise, resolve, reject } = Promise.withResolvers<Transcript>();
    const job = { id: ++this.#lastId, audio, transcript: promise, resolve, reject };
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

  #answered(message: Exclude<DecodeAnswer, { kind: 'ready' }>): void {
    const job = this.#current;
    if (job?.id !== message.id) return;
    this.#current = undefined;
    if (message.kind === 'transcript') job.resolve(message.transcript);
    else job.reject(new Error(message.reason));
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
