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
  const pinned = descendants(process.pid).every((pid) => pinTo('servers', pid));
  return pinTo('client', process.pid) && pinned;
}

/** @returns false where it cannot be had, as above */
export function pinTo(side: 'servers' | 'client', pid: number): boolean {
  if (process.platform !== 'linux' || cores < 2) return false;
  if (side === 'client') return pin(pid, String(cores - 1));
  return pin(pid, cores === 2 ? '0' : `0-${cores - 2}`);
}

/** Keeps a process on the first `count` cores, or on all of them. @returns false where that cannot be had, as above */
export function keepOnCores(pid: number, count = cores): boolean {
  if (process.platform !== 'linux') return false;
  return pin(pid, `0-${Math.min(count, cores) - 1}`);
}

/** Keeps a process off the first core. @returns false where that cannot be had, as above */
export function keepOffFirstCore(pid: number): boolean {
  if (process.platform !== 'linux' || cores < 2) return false;
  return pin(pid, `1-${cores - 1}`);
}

function pin(pid: number, coreList: string): boolean {
  const { status } = spawnSync('taskset', ['--all-tasks', '--cpu-list', '--pid', coreList, String(pid)]);
  // A process that has ended meanwhile needs no core.
  return status === 0 || !readdirSync('/proc').includes(String(pid));
}

/** Every process below `root`, in no order. */
export function descendants(root: number): number[] {
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

/** Memory of a process that is in RAM, in KB; undefined where it is not told. */
export function residentKb(pid: number): number | undefined {
  if (process.platform !== 'linux') return undefined;
  const kb = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return kb === undefined ? undefined : Number(kb);
}

/**
 * Memory of a process and all below it, in KB: what each has for itself, and once what they share (PostgreSQL's buffers, its
 * program); undefined where it is not told.
 */
export function residentOfTreeKb(pid: number): number | undefined {
  if (process.platform !== 'linux') return undefined;
  const parts = [pid, ...descendants(pid)].flatMap((process) => memoryParts(process) ?? []);
  const own = parts.reduce((sum, { anonymous }) => sum + anonymous, 0);
  return own + Math.max(0, ...parts.map(({ shared }) => shared)) + Math.max(0, ...parts.map(({ files }) => files));
}

function memoryParts(pid: number): { anonymous: number; shared: number; files: number } | undefined {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    const kb = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(status)?.[1] ?? 0);
    return { anonymous: kb('RssAnon'), shared: kb('RssShmem'), files: kb('RssFile') };
  } catch (error) {
    if (hasEnded(error)) return undefined;
    throw error;
  }
}

/** CPU time that the whole machine has spent working, on all cores, in ms; undefined where it is not told. */
export function machineBusyMs(): number | undefined {
  if (process.platform !== 'linux') return undefined;
  // user nice system idle iowait irq softirq steal, in ticks; stolen time is another machine's.
  const [user = 0, nice = 0, system = 0, , , irq = 0, softirq = 0] = readFileSync('/proc/stat', 'utf8')
    .slice('cpu '.length)
    .trimStart()
    .split(/\s+/, 8)
    .map(Number);
  return (user + nice + system + irq + softirq) * TICK_MS;
}

/** How many files and connections a process that is started here may have open; Infinity where there is no limit, or none is told. */
export function openFilesLimit(): number {
  if (process.platform !== 'linux') return Number.POSITIVE_INFINITY;
  // Node raises its own soft limit to the hard one, and so does every process started here.
  const hard = /^Max open files\s+\S+\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8'))?.[1];
  return hard === undefined ? Number.POSITIVE_INFINITY : Number(hard);
}

/**
 * The same of a process with all that it started, the ended ones too: PostgreSQL works in a process for each connection.
 */
export function cpuTimeOfTreeMs(pid: number): number | undefined {
  const root = process.platform === 'linux' ? statFields(pid) : undefined;
  // Fields 13 and 14 are those of children that have ended.
  const used = (fields: readonly string[]) => [11, 12, 13, 14].reduce((ticks, at) => ticks + Number(fields[at]), 0);
  return (
    root &&
    [root, ...descendants(pid).flatMap((child) => [statFields(child) ?? []])].reduce(
      (ms, fields) => (fields.length === 0 ? ms : ms + used(fields) * TICK_MS),
      0,
    )
  );
}

/** What /proc says of a process from its state on; undefined when it has ended. */
function statFields(pid: number): string[] | undefined {
  try {
    // The second field is the name in brackets, which may hold anything.
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  } catch (error) {
    if (hasEnded(error)) return undefined;
    throw error;
  }
}

function hasEnded(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === 'ENOENT' || code === 'ESRCH';
}
