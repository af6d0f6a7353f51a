/**
 * How the product is while it works: memory and processor time of each process, how old the oldest unread medium is, and
 * what has gone wrong. Read from outside: /proc, and the streams of the Redis contract.
 */
import { AnalyserService } from '@interview/schema/enums';
import { keys } from '@interview/schema/keys';
import type { Redis } from 'ioredis';
import { cpuTimeMs, cpuTimeOfTreeMs, machineBusyMs, residentKb, residentOfTreeKb } from '../machine.js';
import type { OwnStack } from '../stack.js';

/** The round's streams whose reader must keep up. */
export const STREAMS = ['audio', 'video', 'faces', 'tab', 'voices'] as const;
type StreamName = (typeof STREAMS)[number];

export interface Vitals {
  atMs: number;
  /** MB in RAM, by service. */
  memoryMb: Record<string, number>;
  /** CPU time since its start, by service. */
  cpuMs: Record<string, number>;
  /** The same of this process: the load generator and the interviewers' subscriptions. */
  ownCpuMs: number;
  /** Of the whole machine; undefined where it is not told. */
  machineMs: number | undefined;
  /** Age of the oldest entry that is not handled and saved, the worst of all rounds, by stream. */
  lagMs: Record<StreamName, number>;
  /** Results that wait to be stored. */
  unstored: number;
}

/** PostgreSQL works in a process for each connection, and a recogniser may be a process of its own. */
const isTree = (service: string) => service === 'postgres' || service === 'speech';

export function processMemoryMb(service: string, pid: number): number {
  const kb = isTree(service) ? residentOfTreeKb(pid) : residentKb(pid);
  return (kb ?? 0) / 1024;
}

export const processCpuMs = (service: string, pid: number): number =>
  (isTree(service) ? cpuTimeOfTreeMs(pid) : cpuTimeMs(pid)) ?? 0;

export async function readVitals(stack: OwnStack, redis: Redis, roundIds: readonly string[]): Promise<Vitals> {
  const pids = Object.entries(stack.pids());
  const { user, system } = process.cpuUsage();
  const [lagMs, unstored] = await Promise.all([lagsOf(redis, roundIds), unstoredResults(redis)]);
  return {
    atMs: Date.now(),
    memoryMb: Object.fromEntries(pids.map(([service, pid]) => [service, processMemoryMb(service, pid)])),
    cpuMs: Object.fromEntries(pids.map(([service, pid]) => [service, processCpuMs(service, pid)])),
    ownCpuMs: (user + system) / 1000,
    machineMs: machineBusyMs(),
    lagMs,
    unstored,
  };
}

/** Only the id leaves Redis: an entry is a picture. */
const OLDEST_ID = `local first = redis.call('XRANGE', KEYS[1], '-', '+', 'COUNT', 1)[1]
return first and first[1] or false`;

/** What a worker has handled leaves the stream with its next checkpoint, twice a second: so much is no lag. */
async function lagsOf(redis: Redis, roundIds: readonly string[]): Promise<Vitals['lagMs']> {
  const now = Date.now();
  const worst = async (stream: StreamName) => {
    const ids = await Promise.all(roundIds.map((id) => redis.eval(OLDEST_ID, 1, keys[stream](id))));
    // The script answers an id or nil; ioredis types neither.
    const ages = (ids as (string | null)[]).map((id) => (id === null ? 0 : now - Number(id.split('-', 1)[0])));
    return Math.max(0, ...ages);
  };
  return Object.fromEntries(
    await Promise.all(STREAMS.map(async (stream) => [stream, await worst(stream)] as const)),
  ) as Vitals['lagMs']; // an entry for each of STREAMS
}

async function unstoredResults(redis: Redis): Promise<number> {
  const groups = (await redis.xinfo('GROUPS', keys.results)) as unknown[][]; // flat lists of names and values
  const [group = []] = groups;
  const of = (name: string) => Number(group[group.indexOf(name) + 1] ?? 0);
  return of('lag') + of('pending');
}

/** Entries that a round's stream was ever given. Ask before the round ends: its streams end with it. */
export async function entriesAdded(redis: Redis, stream: StreamName, roundId: string): Promise<number> {
  const key = keys[stream](roundId);
  if ((await redis.exists(key)) === 0) return 0;
  const info = (await redis.xinfo('STREAM', key)) as unknown[]; // a flat list of names and values
  return Number(info[info.indexOf('entries-added') + 1]);
}

/** Entries and results that were given up. */
export async function deadLetters(redis: Redis): Promise<number> {
  const counts = await Promise.all([
    redis.xlen(keys.deadResults),
    ...AnalyserService.options.map((service) => redis.xlen(keys.deadEntries(service))),
  ]);
  return counts.reduce((sum, count) => sum + count, 0);
}
