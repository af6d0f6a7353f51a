/** Tries a request again while the gateway, or what is behind it, is away: the demo outlives a restart. */
import { InterviewError } from '@interview/sdk/errors';
import type { Clock } from './clock.js';

const RETRY_MS = 200;
const LIMIT_MS = 20_000;
const AWAY: ReadonlySet<string> = new Set(['NETWORK_ERROR', 'BAD_RESPONSE', 'SERVICE_UNAVAILABLE']);

/**
 * The request must bear being done twice: its first answer may have been lost.
 * @throws what the request throws: at once when trying again would change nothing, else after 20 s.
 */
export async function patiently<T>(clock: Clock, request: () => Promise<T>): Promise<T> {
  const giveUpAtMs = clock.now() + LIMIT_MS;
  for (;;) {
    try {
      return await request();
    } catch (error) {
      const away = error instanceof InterviewError && AWAY.has(error.code);
      if (!away || clock.now() > giveUpAtMs) throw error;
      await clock.until(clock.now() + RETRY_MS);
    }
  }
}
