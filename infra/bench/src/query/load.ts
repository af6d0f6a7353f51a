/** The client: so many connections that each ask again as soon as they are answered. */
import { Pool } from 'undici';
import { cpuTimeMs } from '../machine.js';

export interface Asked {
  body: string;
  headers: Readonly<Record<string, string>>;
}

export interface LoadOptions {
  url: string;
  /** The server whose CPU time is counted. */
  pid: number;
  connections: number;
  /** What the n-th request asks. */
  request: (place: number) => Asked;
  /** How long the answer to the n-th request is, in bytes; undefined where that is not known. */
  lengthOf: (place: number) => number | undefined;
  /** How much CPU time the server is to use meanwhile: on a busy machine that says more than the time that passes. */
  cpuMs: number;
}

/** How often it is looked at. */
const LOOK_EVERY_MS = 50;
const LONGEST_MS = 30_000;

export interface Load {
  perCpuSecond: number;
  perSecond: number;
  /** Latencies of all answers, ms. */
  latencies: number[];
  /** Anything but 200, or of another length than the answer that was compared. */
  wrong: number;
  /** Mean length of the answers. */
  bytes: number;
}

export async function load({ url, pid, connections, request, lengthOf, cpuMs }: LoadOptions): Promise<Load> {
  const { origin, pathname } = new URL(url);
  const pool = new Pool(origin, { connections, pipelining: 1 });
  const latencies: number[] = [];
  let place = 0;
  let wrong = 0;
  let bytes = 0;
  const cpuBefore = cpuOf(pid);
  const start = performance.now();
  let enough = false;
  const looking = setInterval(() => {
    enough = cpuOf(pid) - cpuBefore >= cpuMs || performance.now() - start > LONGEST_MS;
  }, LOOK_EVERY_MS);
  const askAndAsk = async () => {
    while (!enough) {
      const own = place++;
      const { body, headers } = request(own);
      const sent = performance.now();
      const answer = await pool.request({ path: pathname, method: 'POST', headers, body });
      const { byteLength } = await answer.body.arrayBuffer();
      bytes += byteLength;
      latencies.push(performance.now() - sent);
      if (answer.statusCode !== 200 || byteLength !== (lengthOf(own) ?? byteLength)) wrong += 1;
    }
  };
  try {
    await Promise.all(Array.from({ length: connections }, askAndAsk));
    const seconds = (performance.now() - start) / 1000;
    const cpuSeconds = (cpuOf(pid) - cpuBefore) / 1000;
    return {
      perCpuSecond: latencies.length / cpuSeconds,
      perSecond: latencies.length / seconds,
      latencies,
      wrong,
      bytes: Math.round(bytes / Math.max(1, latencies.length)),
    };
  } finally {
    clearInterval(looking);
    await pool.close();
  }
}

/** One question, for its answer. */
export async function askOnce(url: string, { body, headers }: Asked): Promise<{ status: number; text: string }> {
  const response = await fetch(url, { method: 'POST', headers, body });
  return { status: response.status, text: await response.text() };
}

function cpuOf(pid: number): number {
  const used = cpuTimeMs(pid);
  if (used === undefined) throw new Error('The server has ended.');
  return used;
}
