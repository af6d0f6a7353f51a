/** The same sliding windows in this process's memory, for while Redis is away. */
import { LRUCache } from 'lru-cache';
import type { Place, RateLimit } from './rate-limiter.js';

/** Whoever was not seen for longest is forgotten beyond this: an attack from everywhere must not fill the memory. */
const REMEMBERED_SUBJECTS = 10_000;

export function createLocalWindows(now: () => number): { take(limit: RateLimit, subject: string): Place } {
  const windows = new LRUCache<string, number[]>({ max: REMEMBERED_SUBJECTS });
  return {
    take({ name, quota, windowMs }, subject) {
      const key = `${name} ${subject}`;
      const at = now();
      const times = (windows.get(key) ?? []).filter((time) => time + windowMs > at);
      windows.set(key, times);
      const freeInMs = (index: number) => (times[index] ?? at) + windowMs - at;
      if (times.length >= quota) {
        return {
          taken: false,
          remaining: 0,
          freeInMs: freeInMs(times.length - quota),
          giveBack: async () => undefined,
        };
      }
      times.push(at);
      return {
        taken: true,
        remaining: quota - times.length,
        freeInMs: freeInMs(0),
        giveBack: async () => {
          const current = windows.get(key) ?? [];
          const own = current.lastIndexOf(at);
          if (own >= 0) current.splice(own, 1);
        },
      };
    },
  };
}
