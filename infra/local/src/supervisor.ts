/**
 * Keeps processes running: starts them, waits until they are healthy, starts a crashed one again with a growing
 * pause, and stops them in their turns. It knows nothing of what the processes are.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, mkdirSync, openSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Guard } from './guard.js';
import { lastWords } from './last-words.js';
import { identify } from './process-identity.js';

export interface Program {
  name: string;
  command: string;
  args: readonly string[];
  env: NodeJS.ProcessEnv;
  cwd: string;
  /** Runs as this user: PostgreSQL refuses root. */
  user?: { uid: number; gid: number } | undefined;
  /** A Node process of ours, that stops by itself when its channel to the supervisor closes. */
  channel: boolean;
  stopSignal: NodeJS.Signals;
  /** Processes of a lower turn are stopped, all at once, before those of a higher one. */
  stopTurn: number;
  healthy: () => Promise<boolean>;
  /** What must be put right before each start, e.g. a pid file that a killed process left. */
  prepare?: () => Promise<void>;
}

/** A process that could not be started; the message is one line for a person. */
export class StartError extends Error {
  override readonly name = 'StartError';
}

export interface SupervisorOptions {
  /** Each process writes to `<logFolder>/<name>.log`; the log of the run before is kept as `<name>.log.1`. */
  logFolder: string;
  guard: Guard;
  /** Told one line for a person when a process ended unasked and when it is back. */
  report: (line: string) => void;
  /** How long a process may take until it is first healthy. */
  startLimitMs?: number;
  /** The pause before the given start in a row that did not lead to a healthy process (1 for the first). */
  pauseMs?: (failures: number) => number;
}

export interface Supervisor {
  /** Resolves when it is healthy. @throws StartError when it ends three times before that, or takes too long. */
  start(program: Program): Promise<void>;
  /** Runs a process of ours once; its log is kept like the others'. @throws StartError when it fails. */
  runToEnd(name: string, command: string, args: readonly string[], env: NodeJS.ProcessEnv): Promise<void>;
  /** Resolves when the process of that name is healthy: at once, or after its coming restart. */
  whenHealthy(name: string): Promise<void>;
  /** Sends a signal to the process as it is; one that ends of it is started again. */
  kill(name: string, signal: NodeJS.Signals): void;
  /** The process numbers by name, of those that run. */
  pids(): Record<string, number>;
  /** Stops everything, turn by turn. No restart happens from the first call on. */
  stop(): Promise<void>;
}

const HEALTH_EVERY_MS = 75;
const STARTS_BEFORE_GIVING_UP = 3;
const STOP_LIMIT_MS = 10_000;
const DEFAULT_START_LIMIT_MS = 90_000;
const defaultPause = (failures: number) => Math.min(100 * 2 ** (failures - 1), 5000);

interface Supervised {
  name: string;
  stopTurn: number;
  started: Promise<void>;
  whenHealthy(): Promise<void>;
  kill(signal: NodeJS.Signals): void;
  pid(): number | undefined;
  stop(): Promise<void>;
}

export function createSupervisor(options: SupervisorOptions): Supervisor {
  const running: Supervised[] = [];
  let stopped: Promise<void> | undefined;
  mkdirSync(options.logFolder, { recursive: true });

  const find = (name: string): Supervised => {
    const found = running.find((s) => s.name === name);
    if (!found) throw new Error(`No process is called "${name}"; there are ${names().join(', ')}.`);
    return found;
  };
  const names = () => running.map((s) => s.name);
  const stopAll = async () => {
    const turns = new Set(running.map((s) => s.stopTurn).toSorted((a, b) => a - b));
    for (const turn of turns) await Promise.all(running.filter((s) => s.stopTurn === turn).map((s) => s.stop()));
  };
  return {
    start(program) {
      if (stopped) return Promise.reject(new StartError(`${program.name} was not started: everything is stopping.`));
      const supervised = supervise(program, options);
      running.push(supervised);
      return supervised.started;
    },
    async runToEnd(name, command, args, env) {
      const logPath = freshLog(options.logFolder, name);
      const log = openSync(logPath, 'a');
      const child = spawn(command, args, { env, detached: true, stdio: ['ignore', log, log, 'ipc'] });
      closeSync(log);
      const identity = child.pid === undefined ? undefined : identify(child.pid);
      if (identity) options.guard.watch({ name, identity, channel: false, stopSignal: 'SIGTERM' });
      running.push(oneShot(name, child));
      const [code, signal] = await once(child, 'exit');
      options.guard.forget(name);
      running.splice(
        running.findIndex((s) => s.name === name),
        1,
      );
      if (code !== 0) throw new StartError(`${name} failed (${signal ?? code}): ${lastWords(logPath)} See ${logPath}.`);
    },
    whenHealthy: (name) => find(name).whenHealthy(),
    kill: (name, signal) => find(name).kill(signal),
    pids: () =>
      Object.fromEntries(
        running.flatMap((s) => {
          const pid = s.pid();
          return pid === undefined ? [] : [[s.name, pid]];
        }),
      ),
    stop: () => (stopped ??= stopAll()),
  };
}

function supervise(program: Program, options: SupervisorOptions): Supervised {
  const { name } = program;
  const logPath = freshLog(options.logFolder, name);
  const pauseMs = options.pauseMs ?? defaultPause;
  const first = awaited();
  const stopSignal = new AbortController();
  let healthy = awaited();
  let child: ChildProcess | undefined;
  let ended: Promise<void> = Promise.resolve();
  let failures = 0;
  let everHealthy = false;
  let loop: Promise<void> = Promise.resolve();

  /** Starts the process once and resolves with the reason of its end. */
  const runOnce = (): Promise<string> => {
    const log = openSync(logPath, 'a');
    const end = Promise.withResolvers<string>();
    const started = spawn(program.command, program.args, {
      cwd: program.cwd,
      env: program.env,
      // Its own session: Ctrl-C in the terminal reaches the supervisor alone, which stops all in order.
      detached: true,
      stdio: program.channel ? ['ignore', log, log, 'ipc'] : ['ignore', log, log],
      ...program.user,
    });
    closeSync(log);
    child = started;
    started.on('error', (error) => end.resolve(error.message));
    started.once('exit', (code, signal) => end.resolve(signal ?? `exit code ${code}`));
    ended = end.promise.then(() => undefined);
    const identity = started.pid === undefined ? undefined : identify(started.pid);
    if (identity) {
      const { channel, stopSignal } = program;
      options.guard.watch({ name, identity, channel, stopSignal });
    }
    void watchHealth(started);
    return end.promise.finally(() => options.guard.forget(name));
  };

  const watchHealth = async (of: ChildProcess) => {
    while (child === of && of.exitCode === null && of.signalCode === null && !stopSignal.signal.aborted) {
      if (await program.healthy()) {
        if (child !== of) return;
        if (everHealthy && failures > 0) options.report(`${name} is back`);
        failures = 0;
        everHealthy = true;
        healthy.resolve();
        first.resolve();
        return;
      }
      await delay(HEALTH_EVERY_MS);
    }
  };

  const keepRunning = async () => {
    while (!stopSignal.signal.aborted) {
      await program.prepare?.();
      if (stopSignal.signal.aborted) return;
      const reason = await runOnce();
      if (stopSignal.signal.aborted) return;
      failures += 1;
      healthy = renewed(healthy);
      if (!everHealthy && failures >= STARTS_BEFORE_GIVING_UP) {
        throw new StartError(`${name} does not start (${reason}): ${lastWords(logPath)} See ${logPath}.`);
      }
      if (everHealthy) options.report(`${name} ended (${reason}) and is started again`);
      await delay(pauseMs(failures), undefined, { signal: stopSignal.signal }).catch(() => undefined);
    }
  };

  const startLimit = setTimeout(() => {
    const seconds = (options.startLimitMs ?? DEFAULT_START_LIMIT_MS) / 1000;
    first.reject(new StartError(`${name} was not healthy after ${seconds} s: ${lastWords(logPath)} See ${logPath}.`));
  }, options.startLimitMs ?? DEFAULT_START_LIMIT_MS);
  startLimit.unref();
  first.promise.then(
    () => clearTimeout(startLimit),
    () => clearTimeout(startLimit),
  );
  loop = keepRunning().catch((error: unknown) => {
    first.reject(error);
    healthy.reject(error);
  });

  return {
    name,
    stopTurn: program.stopTurn,
    started: first.promise,
    whenHealthy: () => healthy.promise,
    kill(signal) {
      if (!child?.pid || child.exitCode !== null || child.signalCode !== null) return;
      child.kill(signal);
      // From here on `whenHealthy` means the process after this one, however soon it is asked.
      if (signal === 'SIGKILL') healthy = renewed(healthy);
    },
    pid: () => (child && child.exitCode === null && child.signalCode === null ? child.pid : undefined),
    async stop() {
      stopSignal.abort();
      first.reject(new StartError(`${name} was stopped before it was healthy.`));
      const last = child;
      if (last?.pid && last.exitCode === null && last.signalCode === null) {
        last.kill(program.stopSignal);
        const force = setTimeout(() => last.kill('SIGKILL'), STOP_LIMIT_MS);
        await ended;
        clearTimeout(force);
      }
      await loop;
    },
  };
}

/** A process that runs once, as something to stop. */
function oneShot(name: string, child: ChildProcess): Supervised {
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  return {
    name,
    stopTurn: 0,
    started: Promise.resolve(),
    whenHealthy: () => Promise.resolve(),
    kill: (signal) => void child.kill(signal),
    pid: () => child.pid,
    async stop() {
      child.kill('SIGKILL');
      await ended;
    },
  };
}

/** The path of a new log; the one of the run before is kept beside it. */
function freshLog(folder: string, name: string): string {
  const path = join(folder, `${name}.log`);
  if (existsSync(path)) renameSync(path, `${path}.1`);
  return path;
}

/** A promise that nobody has to be waiting for when it is rejected. */
function awaited(): PromiseWithResolvers<void> {
  const promise = Promise.withResolvers<void>();
  promise.promise.catch(() => undefined);
  return promise;
}

/** A new promise for the next healthy process; those who wait on the old one that never resolved get its outcome too. */
function renewed(old: PromiseWithResolvers<void>): PromiseWithResolvers<void> {
  const next = awaited();
  old.resolve(next.promise);
  return next;
}
