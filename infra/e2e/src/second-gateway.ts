/** Another replica of the gateway before the same product, which a test may kill as nobody should be. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { CHECKOUT } from '@interview/local/checkout';
import { freePort } from '@interview/local/ports';
import type { OwnStack } from './own-stack.js';
import { until } from './until.js';

export interface SecondGateway {
  url: string;
  /** Ends the process at once, and resolves when it has ended. */
  kill(): Promise<void>;
}

/** Starts it with the stack's settings and `env`; resolves when it answers. */
export async function startSecondGateway(stack: OwnStack, env: Record<string, string> = {}): Promise<SecondGateway> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const gateway = spawn(process.execPath, [join(CHECKOUT, 'gateway/dist/main.js')], {
    env: { ...process.env, ...stack.env, ...env, PORT: `${port}` },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  await until('the second gateway answers', async () => {
    if (gateway.exitCode !== null) throw new Error(`The second gateway ended with ${gateway.exitCode}.`);
    const answer = await fetch(`${url}/health/live`).catch(() => undefined);
    return answer?.ok || undefined;
  });
  return { url, kill: () => kill(gateway) };
}

async function kill(gateway: ChildProcess): Promise<void> {
  if (gateway.exitCode !== null || gateway.signalCode !== null) return;
  const ended = once(gateway, 'exit');
  gateway.kill('SIGKILL');
  await ended;
}
