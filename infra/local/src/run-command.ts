/** Runs a program to its end and gives back what it printed. */
import { execFile } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

export interface CommandOptions {
  cwd?: string | undefined;
  env?: NodeJS.ProcessEnv | undefined;
  user?: { uid: number; gid: number } | undefined;
  limitMs?: number | undefined;
  signal?: AbortSignal | undefined;
}

export class CommandError extends Error {
  override readonly name = 'CommandError';
}

/** @returns its stdout. @throws CommandError with the last line that it wrote, when it fails or takes too long. */
export function run(command: string, args: readonly string[], options: CommandOptions = {}): Promise<string> {
  const { user, limitMs, ...rest } = options;
  return new Promise((resolve, reject) => {
    const settings = { ...rest, ...user, timeout: limitMs ?? 0, maxBuffer: 64 * 1024 * 1024 };
    execFile(command, args, settings, (error, stdout, stderr) => {
      if (!error) return resolve(stdout);
      const words = (stderr || stdout || error.message).trim().split('\n').at(-1);
      return reject(new CommandError(`${command} failed: ${words}`, { cause: error }));
    });
  });
}

/** The full path of a program on PATH. */
export function onPath(name: string, env: NodeJS.ProcessEnv = process.env): string | undefined {
  return (env['PATH'] ?? '')
    .split(delimiter)
    .filter((folder) => folder !== '')
    .map((folder) => join(folder, name))
    .find(isExecutable);
}

export function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    // That it cannot be run is the answer.
    return false;
  }
}
