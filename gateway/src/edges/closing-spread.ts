/** How connections are closed when the gateway stops: not all at once, or their clients would all come back at once. */
import { setTimeout } from 'node:timers/promises';

/** A few connections need no seconds: each takes at most so much of the spread. */
const STEP_MS = 10;

/** Closes each at a random moment of its own share of the time; resolves when every `close` has. */
export async function closeSpread<T>(
  open: Iterable<T>,
  spreadMs: number,
  close: (one: T) => unknown,
  random: () => number = Math.random,
): Promise<void> {
  const all = [...open];
  const stepMs = Math.min(STEP_MS, spreadMs / Math.max(1, all.length));
  await Promise.all(all.map((one, i) => setTimeout((i + random()) * stepMs).then(() => close(one))));
}
