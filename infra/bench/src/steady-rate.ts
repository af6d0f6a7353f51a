/** Sends at a steady rate, whatever the answers take: an open loop, so that a slow subject cannot slow its load. */
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Calls `send` up to `count` times, `perSecond` times a second. What is due while the timer was late goes out at once.
 * @param enough asked before each: true ends it early.
 * @returns when every `send` has resolved.
 */
export async function steadyRate(
  count: number,
  perSecond: number,
  send: (index: number) => Promise<void>,
  enough: () => boolean = () => false,
): Promise<void> {
  const startMs = performance.now();
  const pending: Promise<void>[] = [];
  for (let index = 0; index < count && !enough(); index++) {
    const wait = startMs + (index * 1000) / perSecond - performance.now();
    if (wait > 0) await sleep(wait);
    pending.push(send(index));
  }
  await Promise.all(pending);
}
