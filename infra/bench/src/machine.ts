/** The machine as the figures' reader must know it, and giving processes cores of their own. */
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { availableParallelism, cpus, loadavg, totalmem } from 'node:os';

export interface Machine {
  cpu: string;
  cores: number;
  memoryGb: number;
  node: string;
  platform: string;
  /** Processes that wanted a core when the command began, on average: what else the machine was doing. */
  loadBefore: number;
  /** Whether server and client ran on cores of their own. */
  pinned: boolean;
}

// As it is before anything is pinned, which would hide the other cores.
const cores = availableParallelism();
const loadBefore = Math.round((loadavg()[0] ?? 0) * 100) / 100;

export function describeMachine(pinned: boolean): Machine {
  return {
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores,
    memoryGb: Math.round(totalmem() / 2 ** 30),
    node: process.version,
    platform: `${process.platform}-${process.arch}`,
    loadBefore,
    pinned,
  };
}

/**
 * Keeps this process on the last core and every process that it started on the others.
 * @returns false where that cannot be had: no Linux, one core, or no `taskset`.
 */
export function pinServersAndClient(): boolean {
  if (process.platform !== 'linux' || cores < 2) return false;
  const servers = cores === 2 ? '0' : `0-${cores - 2}`;
  const pinned = descendants(process.pid).every((pid) => pin(pid, servers));
  return pin(process.pid, String(cores - 1)) && pinned;
}

function pin(pid: number, coreList: string): boolean {
  const { status } = spawnSync('taskset', ['--all-tasks', '--cpu-list', '--pid', coreList, String(pid)]);
  // A process that has ended meanwhile needs no core.
  return status === 0 || !readdirSync('/proc').includes(String(pid));
}

/** Every process below `root`, in no order. */
function descendants(root: number): number[] {
  const children = new Map<number, number[]>();
  for (const entry of readdirSync('/proc')) {
    const parent = /^\d+$/.test(entry) ? parentOf(Number(entry)) : undefined;
    if (parent !== undefined) children.set(parent, [...(children.get(parent) ?? []), Number(entry)]);
  }
  const below = (pid: number): number[] => (children.get(pid) ?? []).flatMap((child) => [child, ...below(child)]);
  return below(root);
}

function parentOf(pid: number): number | undefined {
  const parent = statFields(pid)?.[1];
  return parent === undefined ? undefined : Number(parent);
}

/** A clock tick of /proc: 100 a second on every Linux that Node runs on. */
const TICK_MS = 10;

/** CPU time that a process and its threads have used, in ms; undefined where it is not told. */
export function cpuTimeMs(pid: number): number | undefined {
  const fields = process.platform === 'linux' ? statFields(pid) : undefined;
  return fields && (Number(fields[11]) + Number(fields[12])) * TICK_MS;
}

/** What /proc says of a process from its state on; undefined when it has ended. */
function statFields(pid: number): string[] | undefined {
  try {
    // The second field is the name in brackets, which may hold anything.
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'ENOENT' || code === 'ESRCH') return undefined;
    throw error;
  }
}
