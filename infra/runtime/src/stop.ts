/**
 * Orderly stop of a process: on SIGTERM, SIGINT, or when the parent that supervises it is gone, the steps
 * given run in reverse order, the last opened closed first, and the process ends.
 */
import type { Logger } from './log.js';

type Step = { name: string; run: () => unknown };

/** A step that hangs must not keep a process from ending. */
const STOP_LIMIT_MS = 8000;

export interface Stopper {
  /** Registers what is to be closed; the last registered is closed first. */
  onStop(name: string, run: () => unknown): void;
  /** Runs the steps once, however often it is called. */
  stop(): Promise<void>;
}

/** Collects steps without touching the process: for tests, and for what is opened inside another process. */
export function createStopper(log: Logger): Stopper {
  const steps: Step[] = [];
  let stopping: Promise<void> | undefined;
  const runAll = async () => {
    for (const step of steps.reverse()) {
      try {
        await step.run();
      } catch (error) {
        log.error({ step: step.name, err: error }, 'could not stop in order');
      }
    }
  };
  return {
    onStop: (name, run) => void steps.push({ name, run }),
    stop: () => (stopping ??= runAll()),
  };
}

/**
 * The stopper of a whole process, bound to its signals.
 * @param delayMs what the steps wait on purpose, on top of the limit
 */
export function createProcessStopper(log: Logger, delayMs = 0): Stopper {
  const stopper = createStopper(log);
  const end = (reason: string) => {
    log.info({ reason }, 'stopping');
    setTimeout(() => process.exit(1), delayMs + STOP_LIMIT_MS).unref();
    void stopper.stop().then(() => process.exit(0));
  };
  process.once('SIGTERM', () => end('SIGTERM'));
  process.once('SIGINT', () => end('SIGINT'));
  if (process.channel) {
    // The supervisor was killed: nobody is left to stop this process.
    process.once('disconnect', () => end('supervisor gone'));
    process.channel.unref();
  }
  return stopper;
}

/** Runs a process's main function; what it throws is printed in one line, and the process ends with code 1. */
export function runMain(log: Logger, main: () => Promise<void>): void {
  process.on('unhandledRejection', (error) => {
    log.fatal({ err: error }, 'unhandled rejection');
    process.exit(1);
  });
  main().catch((error: unknown) => {
    const expected = error instanceof Error && error.name === 'SettingsError';
    log.fatal(expected ? { reason: (error as Error).message } : { err: error }, 'could not start');
    process.exit(1);
  });
}
