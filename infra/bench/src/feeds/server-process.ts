/** A process of a benchmark: a subject, a peer, a source. It ends with this one, however that ends. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { CHECKOUT } from '@interview/local/checkout';
import { StartError } from '@interview/local/supervisor';

export interface ServerProcess {
  readonly pid: number;
  readonly child: ChildProcess;
  stop(): Promise<void>;
}

const START_LIMIT_MS = 60_000;
const STOP_LIMIT_MS = 5000;

export interface ServerProgram {
  name: string;
  /** Node's options, the entry, and its arguments. */
  args: readonly string[];
  /** On top of what every process needs; settings of the caller's shell are not passed on. */
  env: Readonly<Record<string, string>>;
}

/** A built entry of this workspace, also when this module is loaded from `src/` by a test. */
export const benchEntry = (file: string): string => join(CHECKOUT, 'infra/bench/dist', file);

/** Nothing of a stack that runs beside: its addresses and keys would lead elsewhere. */
function environment(env: Readonly<Record<string, string>>): Record<string, string> {
  const { PATH = '', HOME = '' } = process.env;
  return { PATH, HOME, NODE_ENV: 'production', ...env };
}

/** Starts it. Resolves at once: whether it is up is for `untilHealthy` or its messages to tell. */
export function startProcess({ name, args, env }: ServerProgram): ServerProcess {
  const child = spawn(process.execPath, args, {
    cwd: CHECKOUT,
    env: environment(env),
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  if (child.stderr) passOn(child.stderr);
  // Programs that are not ours do not notice that the channel is gone.
  const end = () => void child.kill('SIGKILL');
  process.once('exit', end);
  let stopping = false;
  child.once('exit', (code, signal) => {
    process.off('exit', end);
    if (!stopping) process.stderr.write(`${name} ended by itself: ${signal ?? `code ${code}`}\n`);
  });
  if (child.pid === undefined) throw new StartError(`${name} could not be started.`);
  return {
    pid: child.pid,
    child,
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      stopping = true;
      const exited = once(child, 'exit');
      child.kill('SIGTERM');
      const limit = setTimeout(end, STOP_LIMIT_MS);
      await exited;
      clearTimeout(limit);
    },
  };
}

/** What a process complains of is for whoever waits; what Node says of its inspector (`garbage.ts`) is not. */
function passOn(complaints: Readable): void {
  createInterface({ input: complaints }).on('line', (line) => {
    if (!line.startsWith('Debugger ')) process.stderr.write(`${line}\n`);
  });
}

/** Resolves when the address answers 200 to these headers. @throws StartError when the process ends first, or after a minute. */
export async function untilHealthy(
  name: string,
  server: ServerProcess,
  url: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<void> {
  const until = performance.now() + START_LIMIT_MS;
  while (performance.now() < until) {
    if (server.child.exitCode !== null) throw new StartError(`${name} ended before it was up: see its message above.`);
    // Not listening yet: asked again.
    const answer = await fetch(url, { headers }).catch(() => undefined);
    await answer?.body?.cancel();
    if (answer?.status === 200) return;
    await sleep(50);
  }
  throw new StartError(`${name} did not answer at ${url} within ${START_LIMIT_MS / 1000} s.`);
}

/** The next message of a process. @throws StartError when it ends instead. */
export async function nextMessage(name: string, { child }: ServerProcess): Promise<unknown> {
  const settled = new AbortController();
  try {
    return await Promise.race([
      once(child, 'message', settled).then(([message]) => message),
      once(child, 'exit', settled).then(() => {
        throw new StartError(`${name} ended: see its message above.`);
      }),
    ]);
  } finally {
    settled.abort();
  }
}
