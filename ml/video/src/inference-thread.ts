/**
 * One thread that runs `face-thread`: one request at a time, answered or failed within a limit. A thread that dies or
 * hangs fails the request it was at and is of no more use.
 */
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { FaceFinderError } from './face-finder.js';
import type { ThreadAnswer, ThreadRequest, ThreadSettings } from './thread-messages.js';

/** The models load in half a second. */
const START_LIMIT_MS = 60_000;
/**
 * The thread's heap holds 23 MB, the rest is WebAssembly's and shared. Unlimited, V8 lets it grow to 160 MB before it
 * collects; with these the process stayed at 205 MB over 1,500 pictures instead of 380, at the same speed (one thread,
 * before it held the identity net).
 */
const HEAP = { maxOldGenerationSizeMb: 256, maxYoungGenerationSizeMb: 8 };

/** In `dist` this file ends in `.js` and so does the thread's; in `src` both end in `.ts`, which Node 24 runs too. */
export const THREAD_FILE = fileURLToPath(new URL(`./face-thread${extname(import.meta.url)}`, import.meta.url));

export class InferenceThread {
  readonly #worker: Worker;
  #ended = false;

  private constructor(worker: Worker) {
    this.#worker = worker;
    // Between two requests nobody else listens, and an error without a listener ends the process.
    worker.on('error', () => this.#noteEnd()).on('exit', () => this.#noteEnd());
  }

  /** Resolves when the thread's models are loaded. */
  static async start(file: string, settings: ThreadSettings): Promise<InferenceThread> {
    // The library prints to the console; stdout belongs to what a person reads.
    const worker = new Worker(file, { workerData: settings, stdout: true, resourceLimits: HEAP });
    worker.stdout.pipe(process.stderr, { end: false });
    const thread = new InferenceThread(worker);
    try {
      const answer = await thread.#nextAnswer(START_LIMIT_MS);
      if (answer.kind !== 'ready') throw new FaceFinderError('The thread answered before it was ready.');
      return thread;
    } catch (error) {
      await thread.stop();
      throw error;
    }
  }

  get ended(): boolean {
    return this.#ended;
  }

  /** @throws FaceFinderError when the request failed, or the thread with it: then it has ended. */
  async ask(request: ThreadRequest, limitMs: number): Promise<ThreadAnswer> {
    this.#worker.postMessage(request);
    const answer = await this.#nextAnswer(limitMs).catch(async (error: unknown) => {
      await this.stop();
      throw error;
    });
    if (answer.kind === 'failed') throw new FaceFinderError(answer.reason);
    return answer;
  }

  async stop(): Promise<void> {
    this.#noteEnd();
    await this.#worker.terminate();
  }

  #noteEnd(): void {
    this.#ended = true;
  }

  /** The thread's next message; rejects when the thread fails, ends, or takes longer than the limit. */
  #nextAnswer(limitMs: number): Promise<ThreadAnswer> {
    const worker = this.#worker;
    return new Promise((resolve, reject) => {
      const settle = (act: () => void) => {
        clearTimeout(timer);
        worker.off('message', onMessage).off('error', onError).off('exit', onExit);
        act();
      };
      // Only `face-thread` posts here, and it posts nothing else.
      const onMessage = (message: unknown) => settle(() => resolve(message as ThreadAnswer));
      const fail = (reason: string, cause?: unknown) => settle(() => reject(new FaceFinderError(reason, { cause })));
      const onError = (error: unknown) =>
        fail(`The thread failed: ${error instanceof Error ? error.message : String(error)}`, error);
      const onExit = (code: number) => fail(`The thread ended with code ${code}.`);
      const timer = setTimeout(() => fail(`The thread did not answer within ${limitMs} ms.`), limitMs);
      worker.once('message', onMessage).once('error', onError).once('exit', onExit);
    });
  }
}
