/** Processes that run beside a stack to their own end, such as the demo interview, writing to our stdout. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { CHECKOUT } from './checkout.js';
import type { Guard } from './guard.js';
import { end, identify } from './process-identity.js';

export interface Beside {
  /** @returns its exit code; 1 when a signal ended it. `env` is added to ours. */
  run(name: string, entry: string, args: readonly string[], env: Readonly<Record<string, string>>): Promise<number>;
  /** Ends what still runs. */
  stop(): Promise<void>;
}

const STOP_LIMIT_MS = 5000;

export function createBeside(guard: Guard): Beside {
  const running = new Set<ChildProcess>();
  return {
    async run(name, entry, args, env) {
      const child = spawn(process.execPath, ['--enable-source-maps', entry, ...args], {
        cwd: CHECKOUT,
        env: { ...process.env, ...env },
        stdio: ['ignore', 'inherit', 'inherit'],
      });
      running.add(child);
      const ended = once(child, 'exit');
      const identity = child.pid === undefined ? undefined : identify(child.pid);
      if (identity) guard.watch({ name, identity, channel: false, stopSignal: 'SIGTERM' });
      const [code] = await ended;
      running.delete(child);
      guard.forget(name);
      return typeof code === 'number' ? code : 1;
    },
    async stop() {
      const identities = [...running].flatMap(({ pid }) => (pid === undefined ? [] : (identify(pid) ?? [])));
      await end(identities, 'SIGTERM', STOP_LIMIT_MS);
    },
  };
}
