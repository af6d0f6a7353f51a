/** What the commands of this workspace share: their one-line errors and their orderly end. */
import { lineFor } from './missing.js';

/**
 * Runs a command's main function. Its signal is aborted by SIGTERM, SIGINT, SIGHUP, and when the bootstrap that
 * started this process is gone. An error that a person can act on is one line on stderr, with exit code 1.
 */
export function runEntry(main: (stop: AbortSignal) => Promise<number>): void {
  const stop = new AbortController();
  for (const name of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(name, () => stop.abort(name));
  if (process.channel) {
    process.once('disconnect', () => stop.abort('disconnect'));
    process.channel.unref();
  }
  // The terminal or pipe that read our lines may be gone before us; that is no reason to leave processes behind.
  process.stdout.on('error', () => undefined);
  process.stderr.on('error', () => undefined);
  main(stop.signal).then(
    (code) => process.exit(code),
    (error: unknown) => {
      if (stop.signal.aborted) process.exit(0);
      const line = lineFor(error);
      if (line) process.stderr.write(`${line}\n`);
      else process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
      process.exit(1);
    },
  );
}

/** Resolves when the command is to stop. */
export function stopped(stop: AbortSignal): Promise<void> {
  if (stop.aborted) return Promise.resolve();
  return new Promise((resolve) => stop.addEventListener('abort', () => resolve(), { once: true }));
}
