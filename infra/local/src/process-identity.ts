/**
 * Processes by more than their number: a pid is given out again, after a restart of a container within seconds.
 * The kernel's start time tells two processes with one pid apart.
 */
import { readFileSync, readlinkSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

export interface ProcessIdentity {
  pid: number;
  /** Clock ticks since boot at which it started; field 22 of /proc/<pid>/stat. */
  startedAt: string;
}

const LOOK_EVERY_MS = 25;

/** @returns undefined when no such process lives; a zombie counts as ended. */
export function identify(pid: number): ProcessIdentity | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The second field is the program's name in parentheses and may hold blanks and parentheses itself.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const [state, startedAt] = [fields[0], fields[19]];
    return state === 'Z' || startedAt === undefined ? undefined : { pid, startedAt };
  } catch (error) {
    if (['ENOENT', 'ESRCH'].includes((error as NodeJS.ErrnoException).code ?? '')) return undefined;
    throw error;
  }
}

export function isAlive(identity: ProcessIdentity): boolean {
  return identify(identity.pid)?.startedAt === identity.startedAt;
}

/** The program's name as the kernel has it, at most 15 characters; undefined when the process has ended. */
export function commandOf(pid: number): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/comm`, 'utf8').trim();
  } catch (error) {
    if (['ENOENT', 'ESRCH'].includes((error as NodeJS.ErrnoException).code ?? '')) return undefined;
    throw error;
  }
}

/** The folder that a process works in; undefined when it has ended or belongs to someone else. */
export function workingFolder(pid: number): string | undefined {
  try {
    return readlinkSync(`/proc/${pid}/cwd`);
  } catch (error) {
    if (['ENOENT', 'ESRCH', 'EACCES', 'EPERM'].includes((error as NodeJS.ErrnoException).code ?? '')) return undefined;
    throw error;
  }
}

/** Sends a signal to exactly this process. @returns false when it has ended. */
export function signal(identity: ProcessIdentity, name: NodeJS.Signals): boolean {
  if (!isAlive(identity)) return false;
  try {
    process.kill(identity.pid, name);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
    throw error;
  }
}

/** Waits for processes that are not our children, whose end the kernel does not tell us. @returns whether all ended. */
export async function waitForEnd(identities: readonly ProcessIdentity[], limitMs: number): Promise<boolean> {
  const deadline = performance.now() + limitMs;
  while (identities.some(isAlive)) {
    if (performance.now() > deadline) return false;
    await delay(LOOK_EVERY_MS);
  }
  return true;
}

/** Ends processes: the signal given, and after the limit SIGKILL. */
export async function end(
  identities: readonly ProcessIdentity[],
  gently: NodeJS.Signals,
  limitMs: number,
): Promise<void> {
  for (const identity of identities) signal(identity, gently);
  if (await waitForEnd(identities, limitMs)) return;
  for (const identity of identities) signal(identity, 'SIGKILL');
  await waitForEnd(identities, 2000);
}
