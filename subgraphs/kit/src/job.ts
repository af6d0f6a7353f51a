/** Work that a subgraph does by itself, again and again. Any number of replicas may run the same job. */
import type { Logger } from '@interview/runtime/log';

export interface JobOptions {
  /** For the log: "the sweep of resumes". */
  name: string;
  everyMs: number;
  /** Has to bear being run by several replicas at once, and again after a failure. */
  run: () => Promise<unknown>;
  log: Logger;
}

export interface Job {
  /** Runs it now, or once more after the run that is under way. Never rejects: a failure is logged and the next run tries again. */
  kick(): Promise<void>;
  /** Resolves when a run that is under way has ended. */
  stop(): Promise<void>;
}

/** Runs at once, and then every `everyMs`; never twice at a time in one process. */
export function startJob({ name, everyMs, run, log }: JobOptions): Job {
  let stopped = false;
  let failing = false;
  let again = false;
  let running: Promise<void> | undefined;

  const runUntilDone = async () => {
    do {
      again = false;
      try {
        await run();
        if (failing) log.info({ job: name }, 'a job runs again');
        failing = false;
      } catch (error) {
        // Once an outage, not once a run.
        if (!failing && !stopped) log.warn({ job: name, err: error }, 'a job failed; it is tried again');
        failing = true;
      }
    } while (again && !stopped);
    running = undefined;
  };
  const kick = (): Promise<void> => {
    if (stopped) return Promise.resolve();
    again = running !== undefined;
    running ??= runUntilDone();
    return running;
  };

  const timer = setInterval(() => void kick(), everyMs);
  timer.unref();
  void kick();
  return {
    kick,
    async stop() {
      stopped = true;
      clearInterval(timer);
      await running;
    },
  };
}
