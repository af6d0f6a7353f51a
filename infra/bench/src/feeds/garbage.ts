/** Asks another Node process for a garbage collection, through its inspector. */
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import WebSocket from 'ws';
import { z } from 'zod';

/** Freed pages go back to the system on a thread of V8's own, after the collection has answered. */
const UNMAP_MS = 300;

const Targets = z.array(z.object({ webSocketDebuggerUrl: z.url() })).min(1);

/** The environment of a Node process that can be asked at this port of the loopback, and says nothing about it. */
export const inspectedAt = (port: number): Record<string, string> => ({
  NODE_OPTIONS: `--inspect=127.0.0.1:${port} --inspect-publish-uid=http`,
});

/** Of the process that was started with `inspectedAt(port)`. */
export async function collectGarbage(port: number): Promise<void> {
  const [target] = Targets.parse(await (await fetch(`http://127.0.0.1:${port}/json/list`)).json());
  const inspector = new WebSocket(`${target?.webSocketDebuggerUrl}`, { perMessageDeflate: false });
  await once(inspector, 'open');
  // Twice: what finalizers of the first let go, the second takes.
  for (const id of [1, 2]) {
    const answered = once(inspector, 'message');
    inspector.send(JSON.stringify({ id, method: 'HeapProfiler.collectGarbage' }));
    await answered;
  }
  const closed = once(inspector, 'close');
  inspector.close();
  await closed;
  await sleep(UNMAP_MS);
}
