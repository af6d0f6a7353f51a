/**
 * The face finder on @vladmandic/human. Inference runs in a thread of its own, so that health and heartbeats
 * never wait for it. The library's `detect` is not re-entrant: one queue, one picture in the thread at a time.
 * A thread that dies or hangs fails the picture it was at, and a new one serves the next.
 */
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { type FaceFinder, FaceFinderError, type FoundFace } from './face-finder.js';
import type { ThreadAnswer, ThreadRequest, ThreadSettings } from './face-thread.js';
import type { Rgb } from './picture.js';

/**
 * Every real face of 63 pixels and more scored 0.73 or more (140 pictures: five shapes of frame; turned, rolled, dark
 * and blurred ones too), and what was taken for a face in 114 pictures without one scored 0.39 at most; at 0.5 one
 * in 19 other pictures held a false face. So the middle, a little to the strict side, for a face that is not there
 * raises an alert against a person. At 0.6 none of 342 pictures without a face showed one.
 */
const MIN_SCORE = 0.6;
const MAX_FACES = 5;
/** A picture takes 50 ms; a loaded machine a few times as long. */
const PICTURE_LIMIT_MS = 10_000;
/** The models load in half a second. */
const START_LIMIT_MS = 60_000;
/**
 * The thread's heap holds 23 MB, the rest is WebAssembly's and shared. Unlimited, V8 lets it grow to 160 MB before it
 * collects; with these the process stayed at 205 MB over 1,500 pictures instead of 380, at the same speed.
 */
const THREAD_HEAP = { maxOldGenerationSizeMb: 256, maxYoungGenerationSizeMb: 8 };

export interface HumanFaceFinderOptions {
  pictureLimitMs?: number;
  /** File that the thread runs; replaced in tests of what happens when a thread fails. */
  threadFile?: string;
}

/** In `dist` this file ends in `.js` and so does the thread's; in `src` both end in `.ts`, which Node 24 runs too. */
const THREAD_FILE = fileURLToPath(new URL(`./face-thread${extname(import.meta.url)}`, import.meta.url));

export class HumanFaceFinder implements FaceFinder {
  readonly #pictureLimitMs: number;
  readonly #threadFile: string;
  #thread: Promise<Worker> | null = null;
  /** Settles, and never rejects, when the last picture that was asked for is done. */
  #last: Promise<unknown> = Promise.resolve();
  #stopped = false;

  constructor(options: HumanFaceFinderOptions = {}) {
    this.#pictureLimitMs = options.pictureLimitMs ?? PICTURE_LIMIT_MS;
    this.#threadFile = options.threadFile ?? THREAD_FILE;
  }

  async start(): Promise<void> {
    await this.#openThread();
  }

  find(picture: Rgb): Promise<FoundFace[]> {
    const found = this.#last.then(() => this.#search(picture));
    this.#last = found.catch(() => undefined);
    return found;
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    const thread = await this.#thread?.catch(() => null);
    await thread?.terminate();
  }

  async #search({ width, height, data }: Rgb): Promise<FoundFace[]> {
    if (data.length !== width * height * 3) throw new FaceFinderError('The picture is not of the size it claims.');
    const thread = await this.#openThread();
    const request: ThreadRequest = { width, height, data };
    thread.postMessage(request);
    const answer = await nextAnswer(thread, this.#pictureLimitMs).catch(async (error: unknown) => {
      this.#thread = null;
      await thread.terminate();
      throw error;
    });
    if (answer.kind === 'faces') return answer.faces;
    throw new FaceFinderError(answer.kind === 'failed' ? answer.reason : 'The thread answered out of turn.');
  }

  #openThread(): Promise<Worker> {
    if (this.#stopped) return Promise.reject(new FaceFinderError('The face finder was stopped.'));
    this.#thread ??= this.#startThread().catch((error: unknown) => {
      this.#thread = null;
      throw error;
    });
    return this.#thread;
  }

  async #startThread(): Promise<Worker> {
    const settings: ThreadSettings = { minScore: MIN_SCORE, maxFaces: MAX_FACES };
    // The library prints to the console; stdout belongs to what a person reads.
    const thread = new Worker(this.#threadFile, { workerData: settings, stdout: true, resourceLimits: THREAD_HEAP });
    thread.stdout.pipe(process.stderr, { end: false });
    // Between two pictures nobody else listens, and an error without a listener ends the process.
    thread.on('error', () => this.#forget(thread)).on('exit', () => this.#forget(thread));
    try {
      const answer = await nextAnswer(thread, START_LIMIT_MS);
      if (answer.kind !== 'ready') throw new FaceFinderError('The thread answered before it was ready.');
      return thread;
    } catch (error) {
      await thread.terminate();
      throw error;
    }
  }

  #forget(thread: Worker): void {
    const opened = this.#thread;
    opened?.then(
      (current) => {
        if (current === thread && this.#thread === opened) this.#thread = null;
      },
      // It never became ready: whoever asked for it was told.
      () => undefined,
    );
  }
}

/** The thread's next message; rejects when the thread fails, ends, or takes longer than the limit. */
function nextAnswer(thread: Worker, limitMs: number): Promise<ThreadAnswer> {
  return new Promise((resolve, reject) => {
    const settle = (act: () => void) => {
      clearTimeout(timer);
      thread.off('message', onMessage).off('error', onError).off('exit', onExit);
      act();
    };
    // Only `face-thread` posts here, and it posts nothing else.
    const onMessage = (message: unknown) => settle(() => resolve(message as ThreadAnswer));
    const fail = (reason: string, cause?: unknown) => settle(() => reject(new FaceFinderError(reason, { cause })));
    const onError = (error: unknown) =>
      fail(`The thread failed: ${error instanceof Error ? error.message : String(error)}`, error);
    const onExit = (code: number) => fail(`The thread ended with code ${code}.`);
    const timer = setTimeout(() => fail(`The thread did not answer within ${limitMs} ms.`), limitMs);
    thread.once('message', onMessage).once('error', onError).once('exit', onExit);
  });
}
