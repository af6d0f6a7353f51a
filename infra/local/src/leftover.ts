/**
 * Servers that a killed run left behind. A pid file may be stale, and its number by now another program's; so they
 * are known by their program and by the data folder, which both PostgreSQL (each of its processes) and Redis work in.
 */
import { existsSync, readdirSync, realpathSync, rmSync } from 'node:fs';
import { commandOf, end, identify, type ProcessIdentity, workingFolder } from './process-identity.js';

/** A whole server ends within this; a backend whose server was killed ends by itself, or is then killed too. */
const LIMIT_MS = 10_000;

export interface Leftover {
  dataFolder: string;
  /** Removed once nothing runs there: PostgreSQL takes a pid that was given out again for a living server. */
  pidFile: string;
  /** Names of programs as the kernel has them. */
  programs: readonly string[];
  stopSignal: NodeJS.Signals;
}

export async function clearLeftover({ dataFolder, pidFile, programs, stopSignal }: Leftover): Promise<void> {
  if (!existsSync(pidFile)) return;
  const folder = realpathSync(dataFolder);
  const found = readdirSync('/proc')
    .map(Number)
    .filter((pid) => pid > 0 && workingFolder(pid) === folder && programs.includes(commandOf(pid) ?? ''))
    .map(identify)
    .filter((identity): identity is ProcessIdentity => identity !== undefined);
  await end(found, stopSignal, LIMIT_MS);
  rmSync(pidFile, { force: true });
}
