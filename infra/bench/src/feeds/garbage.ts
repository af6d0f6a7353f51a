/** Asks another Node process for a garbage collection, through its inspector. */
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import WebSocket from 'ws';
import { z } from 'zod';

/** Freed pages go back to the system on a thread of V8's own, after the collection has answered. */
const UNMAP_MS = 300;
/** A process that is busy opens its inspector when its event loop comes to it. */
const OPEN_LIMIT_MS = 5000;
const LOOK_MS = 50;

const Targets = z.array(z.object({ webSocketDebuggerUrl: z.url() })).min(1);
const Evaluated = z.object({ result: z.object({ result: z.object({ value: z.number() }) }) });

/** The environment of a Node process that can be asked at this port of the loopback, and says nothing about it. */
export const inspectedAt = (port: number): Record<string, string> => ({
  NODE_OPTIONS: `--inspect=127.0.0.1:${port} --inspect-publish-uid=http`,
});

/** The environment of Node processes that can be asked there one after the other, by `keptMb`. */
export const inspectedInTurn = (port: number): Record<string, string> => ({
  NODE_OPTIONS: `--inspect-port=127.0.0.1:${port} --inspect-publish-uid=http`,
});

/** Of the process that was started with `inspectedAt(port)`. */
export async function collectGarbage(port: number): Promise<void> {
  await inspect(port, collect);
  await sleep(UNMAP_MS);
}

/**
 * MB that a process which was started with `inspectedInTurn(port)` keeps on its main thread's heap after a collection. Its
 * inspector is opened for that and closed again.
 */
export async function keptMb(port: number, pid: number): Promise<number> {
  process.kill(pid, 'SIGUSR1');
  const bytes = await inspect(port, async (ask) => {
    await collect(ask);
    const answer = await ask('Runtime.evaluate', { expression: 'process.memoryUsage().heapUsed' });
    // Closing waits for this connection to end: it must not wait within an answer to it.
    const close = "setTimeout(() => process.getBuiltinModule('node:inspector').close(), 100), 0";
    await ask('Runtime.evaluate', { expression: close });
    return Evaluated.parse(answer).result.result.value;
  });
  await untilClosed(port);
  return bytes / 1024 ** 2;
}

type Ask = (method: string, params?: Record<string, unknown>) => Promise<unknown>;

/** Twice: what finalizers of the first let go, the second takes. */
async function collect(ask: Ask): Promise<void> {
  await ask('HeapProfiler.collectGarbage');
  await ask('HeapProfiler.collectGarbage');
}

async function inspect<T>(port: number, work: (ask: Ask) => Promise<T>): Promise<T> {
  const inspector = new WebSocket(await addressOf(port), { perMessageDeflate: false });
  await once(inspector, 'open');
  let id = 0;
  const ask: Ask = async (method, params) => {
    const answered = once(inspector, 'message');
    inspector.send(JSON.stringify({ id: ++id, method, params }));
    const [message] = await answered;
    return JSON.parse(String(message));
  };
  const result = await work(ask);
  const closed = once(inspector, 'close');
  inspector.close();
  await closed;
  return result;
}

const listOf = (port: number) => fetch(`http://127.0.0.1:${port}/json/list`);

async function addressOf(port: number): Promise<string> {
  for (const giveUpAtMs = Date.now() + OPEN_LIMIT_MS; ; await sleep(LOOK_MS)) {
    const response = await listOf(port).catch((error: unknown) => {
      if (Date.now() > giveUpAtMs) throw error;
    });
    if (!response) continue;
    const [target] = Targets.parse(await response.json());
    return `${target?.webSocketDebuggerUrl}`;
  }
}

/** The next process is to open the same port. */
async function untilClosed(port: number): Promise<void> {
  for (const giveUpAtMs = Date.now() + OPEN_LIMIT_MS; Date.now() < giveUpAtMs; await sleep(LOOK_MS)) {
    const open = await listOf(port).then(
      () => true,
      () => false,
    );
    if (!open) return;
  }
  throw new Error(`An inspector stays open on port ${port}.`);
}
