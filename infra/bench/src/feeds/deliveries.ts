/** How many deliveries a server makes with a second of CPU time. */
import { setTimeout as sleep } from 'node:timers/promises';
import { cpuTimeMs } from '../machine.js';
import { withCoalescedReads } from './coalescing.js';
import type { Crowd } from './crowd.js';
import type { SimulatedInsights } from './simulated-insights.js';
import type { Emission } from './simulation-messages.js';
import type { FeedServer } from './subjects.js';

/** Above FEED_FLUSH_MS and the 5 ms from which events are to leave by themselves. */
const PAUSE_MS = 10;
/** /proc counts in ticks of 10 ms: a measurement of this length is exact to about 2 %. */
const LEAST_CPU_MS = 450;
/** What has a hundred of them within the limit is measured longer instead. */
const LONGEST_MS = 8000;

export interface Subject {
  server: FeedServer;
  crowd: Crowd;
}

/**
 * Turns, each after every subscriber has the one before and a pause, until enough CPU time has been used.
 * @param emission of one turn
 * @param deliveries that it leads to
 * @returns deliveries for each second of the server's CPU time
 */
export function measureTurns(
  subject: Subject,
  source: SimulatedInsights,
  emission: Emission,
  deliveries: number,
): Promise<number> {
  return measured(subject, async (usedMs) => {
    const startedMs = performance.now();
    let sent = 0;
    do {
      await subject.crowd.after(deliveries, () => source.emit(emission));
      await sleep(PAUSE_MS);
      sent += deliveries;
    } while (usedMs() < LEAST_CPU_MS && performance.now() - startedMs < LONGEST_MS);
    return sent;
  });
}

/** Events at a steady rate, whatever the server makes of it; otherwise as above. */
export function measureSteady(
  subject: Subject,
  source: SimulatedInsights,
  emission: Emission,
  deliveries: number,
): Promise<number> {
  return measured(subject, async () => {
    await subject.crowd.after(deliveries, () => source.emit(emission));
    return deliveries;
  });
}

/** @param deliver resolves with how many deliveries there were; it is told the server's CPU time so far */
async function measured(
  { server, crowd }: Subject,
  deliver: (usedMs: () => number) => Promise<number>,
): Promise<number> {
  const [deliveries, cpuMs] = await withCoalescedReads(async () => {
    const before = cpuOf(server);
    const usedMs = () => cpuOf(server) - before;
    return [await deliver(usedMs), usedMs()] as const;
  });
  // Every subscriber has every event, and nothing twice, or it throws.
  await crowd.untilCaughtUp();
  return (deliveries * 1000) / cpuMs;
}

function cpuOf({ pid, label }: FeedServer): number {
  const used = cpuTimeMs(pid);
  if (used === undefined) throw new Error(`${label} has ended.`);
  return used;
}
