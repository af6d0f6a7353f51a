/**
 * `stack.json` in the data folder: what runs there, for `npm run demo` and the like, and for a start after a kill.
 * It exists while a stack runs; one whose supervisor is dead is what a kill left behind.
 */
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { MissingError } from './missing.js';
import { identify, isAlive, type ProcessIdentity, waitForEnd } from './process-identity.js';

export interface StackRecord {
  supervisor: ProcessIdentity;
  /** Cleans up after a killed supervisor; a new start waits for it. */
  guardian: ProcessIdentity | undefined;
  /** What the processes were given: addresses, keys. The file is for this user's eyes only. */
  env: Record<string, string>;
}

/** The guardian gives services 9 s and databases 10 s. */
const GUARDIAN_LIMIT_MS = 22_000;

export const recordPath = (dataDir: string): string => join(dataDir, 'stack.json');

export function readRecord(dataDir: string): StackRecord | undefined {
  const path = recordPath(dataDir);
  if (!existsSync(path)) return undefined;
  try {
    const record: StackRecord = JSON.parse(readFileSync(path, 'utf8')); // written by claim() and update() alone
    return record;
  } catch (error) {
    // Killed in the middle of writing it.
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** @returns the record of a stack that runs there now. */
export function runningStack(dataDir: string): StackRecord | undefined {
  const record = readRecord(dataDir);
  return record && isAlive(record.supervisor) ? record : undefined;
}

/**
 * Takes the data folder for this process; waits until what a killed run left has been cleaned up.
 * @throws MissingError when a stack runs there.
 */
export async function claim(dataDir: string): Promise<void> {
  const before = readRecord(dataDir);
  if (before && isAlive(before.supervisor)) {
    throw new MissingError(
      `It runs already (process ${before.supervisor.pid}, data in ${dataDir}): stop that, or set another DATA_DIR.`,
    );
  }
  if (before?.guardian) await waitForEnd([before.guardian], GUARDIAN_LIMIT_MS);
  rmSync(recordPath(dataDir), { force: true });
  const supervisor = identify(process.pid);
  if (!supervisor) throw new Error('This process is not listed in /proc.');
  // 'wx': of two starts at the same moment one fails here.
  writeFileSync(recordPath(dataDir), JSON.stringify({ supervisor, env: {} }), { mode: 0o600, flag: 'wx' });
}

export function update(dataDir: string, changes: Pick<StackRecord, 'guardian' | 'env'>): void {
  const record = readRecord(dataDir);
  if (record) writeFileSync(recordPath(dataDir), JSON.stringify({ ...record, ...changes }), { mode: 0o600 });
}

export function release(dataDir: string): void {
  rmSync(recordPath(dataDir), { force: true });
}
