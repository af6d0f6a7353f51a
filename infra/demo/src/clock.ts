/** Real time, passed in so that tests can play the interview faster than it lasts. */
import { setTimeout as sleep } from 'node:timers/promises';

export interface Clock {
  /** Epoch milliseconds. */
  now(): number;
  /** Resolves at the epoch millisecond given, at once when that has passed. Rejects when `signal` aborts. */
  until(atMs: number, signal?: AbortSignal): Promise<void>;
}

export const systemClock: Clock = {
  now: Date.now,
  until: async (atMs, signal) => {
    const wait = atMs - Date.now();
    if (wait > 0) await sleep(wait, undefined, signal ? { signal } : {});
    else signal?.throwIfAborted();
  },
};
