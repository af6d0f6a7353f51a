/**
 * How much media a person may send for a round: somewhat more than a round can hold, so that what was kept back while
 * the connection was away is taken at once, and a client that sends without end cannot fill Redis. Reports of the
 * page's visibility count too: each is weighed against those of the last minute. Counted in
 * this process: a person who sends through several replicas has the budget of each.
 */
import { AppError } from '@interview/runtime/errors';
import { LRUCache } from 'lru-cache';

/** In seconds of audio, in pictures, and in reports. `perSecond` is the lasting rate, `burst` what may come at once. */
export const MEDIA_BUDGETS = {
  audio: { burst: 600, perSecond: 3 },
  video: { burst: 600, perSecond: 30 },
  visibility: { burst: 100, perSecond: 2 },
} as const;

const LIMITS: Record<keyof typeof MEDIA_BUDGETS, string> = {
  audio: `media of a round ${MEDIA_BUDGETS.audio.perSecond} times as fast as it is spoken`,
  video: `media of a round at ${MEDIA_BUDGETS.video.perSecond} pictures a second`,
  visibility: `the page's visibility ${MEDIA_BUDGETS.visibility.perSecond} times a second`,
};

const KEPT = 20_000;

interface Bucket {
  left: number;
  atMs: number;
}

export interface MediaBudget {
  /**
   * @param person whose budget it is, by part: the round's two people never share one
   * @throws AppError RATE_LIMITED when it is used up; nothing is taken from it then.
   */
  take(kind: keyof typeof MEDIA_BUDGETS, roundId: string, person: string, amount: number): void;
}

export function createMediaBudget(nowMs: () => number): MediaBudget {
  const buckets = new LRUCache<string, Bucket>({ max: KEPT });
  return {
    take(kind, roundId, person, amount) {
      const { burst, perSecond } = MEDIA_BUDGETS[kind];
      const key = `${kind}:${roundId}:${person}`;
      const bucket = buckets.get(key) ?? { left: burst, atMs: nowMs() };
      buckets.set(key, bucket);
      bucket.left = Math.min(burst, bucket.left + ((nowMs() - bucket.atMs) / 1000) * perSecond);
      bucket.atMs = nowMs();
      if (bucket.left < amount) {
        throw new AppError('RATE_LIMITED', `Send ${LIMITS[kind]} at most.`);
      }
      bucket.left -= amount;
    },
  };
}
