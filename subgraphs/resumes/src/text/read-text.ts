/**
 * The text of a resume file. Each file is opened in a thread of its own, which lives for that one file and is ended when it
 * takes too long or too much memory: a file made to harm costs no more than that.
 */
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import type { ThreadAnswer, ThreadTask, Unreadable } from './thread-messages.js';
import { tidyText } from './tidy-text.js';

export type ResumeKind = 'pdf' | 'docx' | 'doc';

export interface ReadLimits {
  timeMs: number;
  /** Of the thread's JavaScript heap, and again of the buffers beside it. */
  memoryMb: number;
  maxPages: number;
  maxCharacters: number;
  maxInflatedBytes: number;
}

/** A resume has a few pages and 2,000–10,000 characters; reading one takes a tenth of a second (docs/resume-facts.md). */
export const READ_LIMITS: ReadLimits = {
  timeMs: 20_000,
  memoryMb: 192,
  maxPages: 30,
  maxCharacters: 100_000,
  maxInflatedBytes: 32 * 1024 * 1024,
};

export type TextReading =
  | {
      kind: 'text';
      text: string;
      /** Null, or what a person should know beside the text: a sentence. */
      remark: string | null;
    }
  | {
      kind: 'unreadable';
      /** Why, in a sentence. Reading it again would end the same. */
      reason: string;
    };

/** A thread failed in a way that may be the machine's and not the file's: worth another attempt. */
export class ReadingFailedError extends Error {
  override readonly name = 'ReadingFailedError';
}

const REASONS: Record<Unreadable, string> = {
  ENCRYPTED: 'The file is protected by a password.',
  BROKEN: 'The file is broken: it cannot be opened.',
  TOO_LARGE: 'The file is too large to be read once it is unpacked.',
};
const NO_TEXT = 'The file holds no text: it may be a scan.';
const TOO_MUCH_MEMORY = 'The file needs too much memory to be read.';

/** In `dist` the threads' files end in `.js` as this one does; in `src` all end in `.ts`, which Node 24 runs too. */
const threadFile = (kind: ResumeKind) =>
  fileURLToPath(new URL(`./${kind}.thread${extname(import.meta.url)}`, import.meta.url));

export interface ReadTextOptions {
  /** Ends the thread. */
  signal?: AbortSignal;
  limits?: Partial<ReadLimits>;
  /** File that the thread runs; replaced in tests of what happens when a thread misbehaves. */
  thread?: string;
}

/**
 * @param bytes are given away: the caller cannot use them any more.
 * @throws ReadingFailedError when the thread took too long, died or was ended.
 */
export async function readText(
  bytes: Uint8Array<ArrayBuffer>,
  kind: ResumeKind,
  options: ReadTextOptions = {},
): Promise<TextReading> {
  const limits = { ...READ_LIMITS, ...options.limits };
  const answer = await runThread(options.thread ?? threadFile(kind), bytes, limits, options.signal);
  if (answer === 'OUT_OF_MEMORY') return { kind: 'unreadable', reason: TOO_MUCH_MEMORY };
  if (answer.kind === 'unreadable') return { kind: 'unreadable', reason: REASONS[answer.why] };
  const text = tidyText(answer.text, limits.maxCharacters);
  if (!/[\p{L}\p{N}]/u.test(text)) return { kind: 'unreadable', reason: NO_TEXT };
  const remark = answer.cut
    ? `The file is very long: only its first ${limits.maxPages} pages and ${limits.maxCharacters} characters were read.`
    : null;
  return { kind: 'text', text, remark };
}

/** V8 limits its own heap; how much the buffers beside it take is looked at this often. Inflating takes longer than that. */
const MEMORY_CHECK_MS = 50;

function runThread(
  file: string,
  bytes: Uint8Array<ArrayBuffer>,
  limits: ReadLimits,
  signal: AbortSignal | undefined,
): Promise<ThreadAnswer | 'OUT_OF_MEMORY'> {
  const { maxPages, maxCharacters, maxInflatedBytes, memoryMb, timeMs } = limits;
  const task: ThreadTask = { bytes, maxPages, maxCharacters, maxInflatedBytes };
  const thread = new Worker(file, {
    workerData: task,
    transferList: [bytes.buffer],
    resourceLimits: { maxOldGenerationSizeMb: memoryMb, maxYoungGenerationSizeMb: 16 },
    // It needs no settings, and none of the secrets among them.
    env: {},
    // Libraries may print; stdout and the log are not theirs.
    stdout: true,
    stderr: true,
  });
  thread.stdout.resume();
  thread.stderr.resume();

  return new Promise((resolve, reject) => {
    let settled = false;
    const settle = (act: () => void) => {
      if (settled) return;
      settled = true;
      clearTimeout(timer);
      clearInterval(watch);
      signal?.removeEventListener('abort', onAbort);
      void thread.terminate().then(act, reject);
    };
    const fail = (reason: string) => settle(() => reject(new ReadingFailedError(reason)));
    const onAbort = () => fail('The reading was ended.');
    signal?.addEventListener('abort', onAbort, { once: true });
    const timer = setTimeout(() => fail(`The file could not be read within ${timeMs} ms.`), timeMs);
    const watch = setInterval(() => {
      thread.getHeapStatistics().then(
        ({ external_memory }) => {
          if (external_memory > memoryMb * 1024 * 1024) settle(() => resolve('OUT_OF_MEMORY'));
        },
        // It has ended meanwhile, which `exit` tells.
        () => undefined,
      );
    }, MEMORY_CHECK_MS);
    // Only our own threads post here, and they post nothing else.
    thread.once('message', (message: unknown) => settle(() => resolve(message as ThreadAnswer)));
    thread.once('error', (error: unknown) => {
      if (isOutOfMemory(error)) settle(() => resolve('OUT_OF_MEMORY'));
      else fail(`The thread failed: ${error instanceof Error ? error.message : String(error)}`);
    });
    thread.once('exit', (code) => fail(`The thread ended with code ${code}.`));
  });
}

const isOutOfMemory = (error: unknown) =>
  typeof error === 'object' && error !== null && 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY';
