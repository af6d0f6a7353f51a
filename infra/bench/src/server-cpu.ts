/** What the product's servers spend of the processor, by service, where the system tells it. */
import { cpuTimeMs, cpuTimeOfTreeMs } from './machine.js';
import type { Stack } from './stack.js';

/** Milliseconds by service. */
export type CpuTimes = Readonly<Record<string, number>>;

/** Since each process began. Empty for a product that we did not start. */
export function cpuTimes(stack: Pick<Stack, 'pids'>): CpuTimes {
  return Object.fromEntries(
    Object.entries(stack.pids()).flatMap(([service, pid]) => {
      const used = service === 'postgres' ? cpuTimeOfTreeMs(pid) : cpuTimeMs(pid);
      return used === undefined ? [] : [[service, used]];
    }),
  );
}

/** What was spent since `before`, for each of `events`. */
export function cpuPerEvent(before: CpuTimes, after: CpuTimes, events: number): CpuTimes {
  return Object.fromEntries(
    Object.entries(after).map(([service, used]) => [service, (used - (before[service] ?? used)) / events]),
  );
}
