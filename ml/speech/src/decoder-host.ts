/**
 * Where a decoder of whole segments works: a thread of this process, or, for one whose library ends the process when
 * something is wrong with it (sherpa-onnx aborts on a model that it cannot read), a process of its own.
 */
import { fork } from 'node:child_process';
import { Worker } from 'node:worker_threads';
import type { DecodeAnswer, DecodeRequest } from './decode-messages.js';

export interface HostEvents {
  answer(answer: DecodeAnswer): void;
  /** It ended, by itself or stopped. Told once. */
  gone(why: string): void;
}

export interface DecoderHost {
  post(request: DecodeRequest): void;
  stop(): Promise<void>;
}

/** Starts the decoder; `data` is what it loads. */
export type OpenHost = (data: unknown, events: HostEvents) => DecoderHost;

/** The file of a thread or process that lies beside the module at `url`: `.js` when built, `.ts` in tests. */
function beside(url: string, name: string): URL {
  return new URL(`./${name}.${url.endsWith('.ts') ? 'ts' : 'js'}`, url);
}

/** In a thread, which finds the data as its `workerData`. */
export function inThread(url: string, name: string): OpenHost {
  return (data, events) => {
    const thread = new Worker(beside(url, name), { workerData: data, name });
    let why = '';
    thread.on('message', (answer: DecodeAnswer) => events.answer(answer));
    thread.once('error', (error) => {
      why = error.message;
    });
    thread.once('exit', (code) => events.gone(why || `exit code ${code}`));
    return {
      post: (request) => thread.postMessage(request),
      stop: async () => void (await thread.terminate()),
    };
  };
}

/** What a library says as it dies is at the end of what it wrote. */
const LAST_WORDS = 500;

/** In a process, which gets the data as its first message. It is given no setting of ours: none is its business. */
export function inProcess(url: string, name: string): OpenHost {
  return (data, events) => {
    const child = fork(beside(url, name), {
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      execArgv: [],
      env: {},
    });
    let said = '';
    child.stderr?.on('data', (text: Buffer) => {
      said = (said + text.toString()).slice(-LAST_WORDS);
    });
    const ended = new Promise<void>((resolve) => {
      child.once('close', (code, signal) => {
        events.gone(`${signal ?? `exit code ${code}`}${said ? `: ${said.trim()}` : ''}`);
        resolve();
      });
    });
    // One that could not be started, or is gone, says so by 'close'.
    child.on('error', () => undefined);
    child.on('message', (answer) => events.answer(answer as DecodeAnswer)); // the process sends nothing else
    child.send({ data });
    return {
      post: (request) => void child.send(request, () => undefined),
      stop: () => {
        child.kill('SIGKILL');
        return ended;
      },
    };
  };
}
