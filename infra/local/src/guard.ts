/** The supervisor's side of the guardian (`guardian.ts`): starts it, keeps it informed, and lets it go. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { localEntry } from './checkout.js';
import type { Guarded, GuardOrder } from './guardian.js';
import { identify, type ProcessIdentity } from './process-identity.js';

export interface Guard {
  /** From now on this process is ended when ours is killed. */
  watch(guarded: Guarded): void;
  forget(name: string): void;
  /** The guardian itself, for those who must wait for its work. */
  identity(): ProcessIdentity | undefined;
  /** Ends the guardian; what is still watched is not touched. */
  release(): Promise<void>;
}

/** `remove`: files that are to be deleted after an end by force, e.g. the stack's record. */
export function createGuard(remove: readonly string[] = []): Guard {
  const watched = new Map<string, Guarded>();
  let child: ChildProcess | undefined;
  let released = false;

  const inform = () => {
    const order: GuardOrder = { guarded: [...watched.values()], remove: [...remove] };
    if (child?.connected) child.send(order);
  };
  const launch = () => {
    const started = spawn(process.execPath, [localEntry('guardian.js')], {
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      detached: true,
    });
    child = started;
    started.channel?.unref();
    started.unref();
    // A message to a guardian that is just being killed fails; its successor gets the list.
    started.on('error', () => undefined);
    started.once('exit', () => {
      if (!released) launch();
    });
    inform();
  };
  launch();

  return {
    watch(guarded) {
      watched.set(guarded.name, guarded);
      inform();
    },
    forget(name) {
      watched.delete(name);
      inform();
    },
    identity: () => (child?.pid === undefined ? undefined : identify(child.pid)),
    async release() {
      released = true;
      const last = child;
      if (!last || last.exitCode !== null || last.signalCode !== null) return;
      last.ref();
      const ended = once(last, 'exit');
      last.kill('SIGKILL');
      await ended;
    },
  };
}
