/**
 * The face finder on @vladmandic/human. Inference runs in threads of its own, so that health and heartbeats never wait
 * for it. The library's `detect` is not re-entrant and its WebAssembly has no threads under Node, so each thread has an
 * instance and one picture at a time; what no thread is free for waits in one queue. A thread that dies or hangs fails
 * the picture it was at, and a new one takes its place at the next.
 */
import { performance } from 'node:perf_hooks';
import { FaceDescriptor } from './face-descriptor.js';
import { type FaceFinder, FaceFinderError, type FoundFace, type Landmarks } from './face-finder.js';
import { InferenceThread, THREAD_FILE } from './inference-thread.js';
import type { Rgb } from './picture.js';
import type { ThreadAnswer, ThreadRequest } from './thread-messages.js';

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

export interface HumanFaceFinderOptions {
  /** How many threads search at once; each takes a core while it does. */
  threads?: number;
  /** Told how long each request waited for a thread, in ms. */
  onWaited?: (ms: number) => void;
  pictureLimitMs?: number;
  /** File that the threads run; replaced in tests of what happens when a thread fails. */
  threadFile?: string;
}

interface Job {
  request: ThreadRequest;
  askedAtMs: number;
  resolve(answer: ThreadAnswer): void;
  reject(error: unknown): void;
}

/** A place for a thread: it is started when it is needed, and anew after it ended. */
interface Seat {
  busy: boolean;
  /** Null before it is first needed. */
  thread: Promise<InferenceThread> | null;
}

export class HumanFaceFinder implements FaceFinder {
  readonly #options: Required<HumanFaceFinderOptions>;
  readonly #seats: Seat[];
  readonly #queue: Job[] = [];
  #stopped = false;

  constructor(options: HumanFaceFinderOptions = {}) {
    this.#options = {
      threads: 1,
      onWaited: () => undefined,
      pictureLimitMs: PICTURE_LIMIT_MS,
      threadFile: THREAD_FILE,
      ...options,
    };
    this.#seats = Array.from({ length: this.#options.threads }, () => ({ busy: false, thread: null }));
  }

  async start(): Promise<void> {
    await Promise.all(this.#seats.map((seat) => this.#threadOf(seat)));
  }

  async find(picture: Rgb): Promise<FoundFace[]> {
    checkSize(picture);
    const answer = await this.#ask({ kind: 'find', picture }, 'last');
    if (answer.kind === 'faces') return answer.faces;
    throw new FaceFinderError('The thread answered out of turn.');
  }

  /** Goes first: its picture has waited once already. */
  async describe(picture: Rgb, landmarks: Landmarks): Promise<FaceDescriptor> {
    checkSize(picture);
    const answer = await this.#ask({ kind: 'describe', picture, landmarks }, 'first');
    if (answer.kind === 'descriptor') return new FaceDescriptor(answer.numbers);
    throw new FaceFinderError('The thread answered out of turn.');
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    for (const job of this.#queue.splice(0)) job.reject(stopped());
    const stopThread = async ({ thread }: Seat) => (await thread?.catch(() => null))?.stop();
    await Promise.all(this.#seats.map(stopThread));
  }

  #ask(request: ThreadRequest, place: 'first' | 'last'): Promise<ThreadAnswer> {
    if (this.#stopped) return Promise.reject(stopped());
    return new Promise((resolve, reject) => {
      const job: Job = { request, askedAtMs: performance.now(), resolve, reject };
      if (place === 'first') this.#queue.unshift(job);
      else this.#queue.push(job);
      this.#serve();
    });
  }

  /** Gives what waits to the threads that are free: the first of them, so that a quiet worker warms one only. */
  #serve(): void {
    for (const seat of this.#seats) {
      if (seat.busy) continue;
      const job = this.#queue.shift();
      if (!job) return;
      this.#options.onWaited(performance.now() - job.askedAtMs);
      seat.busy = true;
      this.#work(seat, job.request)
        .then(job.resolve, job.reject)
        .finally(() => {
          seat.busy = false;
          this.#serve();
        });
    }
  }

  async #work(seat: Seat, request: ThreadRequest): Promise<ThreadAnswer> {
    const thread = await this.#threadOf(seat);
    return thread.ask(request, this.#options.pictureLimitMs);
  }

  #threadOf(seat: Seat): Promise<InferenceThread> {
    seat.thread = this.#livingThread(seat.thread);
    return seat.thread;
  }

  async #livingThread(before: Promise<InferenceThread> | null): Promise<InferenceThread> {
    // Who asked for one that could not start was told so.
    const thread = await before?.catch(() => null);
    if (thread && !thread.ended) return thread;
    if (this.#stopped) throw stopped();
    return await InferenceThread.start(this.#options.threadFile, { minScore: MIN_SCORE, maxFaces: MAX_FACES });
  }
}

const stopped = () => new FaceFinderError('The face finder was stopped.');

function checkSize({ width, height, data }: Rgb): void {
  if (data.length !== width * height * 3) throw new FaceFinderError('The picture is not of the size it claims.');
}
