/**
 * The process that cleans up when the supervisor was killed without a chance to: our own services notice by their
 * closed channel and stop themselves; PostgreSQL and Redis do not, and must be the last to go.
 * It is told what runs over its channel, does nothing while that is open, and ends what is left when it closes.
 */
import { rmSync } from 'node:fs';
import { end, type ProcessIdentity, waitForEnd } from './process-identity.js';

export interface Guarded {
  name: string;
  identity: ProcessIdentity;
  /** Ends by itself once the supervisor's channel closes. */
  channel: boolean;
  stopSignal: NodeJS.Signals;
}

/** What the supervisor sends: the whole list, each time it changes. `remove`: files to delete at the end. */
export interface GuardOrder {
  guarded: Guarded[];
  remove: string[];
}

/** Services get as long as their own stop takes at most (8 s), and a little. */
const SERVICES_LIMIT_MS = 9000;
const DATABASES_LIMIT_MS = 10_000;

let order: GuardOrder = { guarded: [], remove: [] };

async function cleanUp(): Promise<void> {
  const services = order.guarded.filter((g) => g.channel).map((g) => g.identity);
  if (!(await waitForEnd(services, SERVICES_LIMIT_MS))) await end(services, 'SIGKILL', 0);
  const databases = order.guarded.filter((g) => !g.channel);
  await Promise.all(databases.map((g) => end([g.identity], g.stopSignal, DATABASES_LIMIT_MS)));
  for (const path of order.remove) rmSync(path, { recursive: true, force: true });
}

// A terminal's Ctrl-C and a container's stop reach everyone; the supervisor decides, this process only outlives it.
process.on('SIGINT', () => undefined);
process.on('SIGTERM', () => undefined);
process.on('SIGHUP', () => undefined);
process.on('message', (message) => {
  order = message as GuardOrder; // only guard.ts sends, over our own channel
});
process.on('disconnect', () => {
  void cleanUp().finally(() => process.exit(0));
});
