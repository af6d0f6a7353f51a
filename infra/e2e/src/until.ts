/** Waiting on a condition that nothing announces, such as a row that another process writes. */
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * @returns the first value that is not undefined.
 * @throws Error naming `what` after `limitMs`.
 */
export async function until<T>(what: string, look: () => Promise<T | undefined>, limitMs = 20_000): Promise<T> {
  const giveUpAt = Date.now() + limitMs;
  for (;;) {
    const value = await look();
    if (value !== undefined) return value;
    if (Date.now() > giveUpAt) throw new Error(`It did not happen within ${limitMs} ms: ${what}.`);
    await sleep(25);
  }
}
