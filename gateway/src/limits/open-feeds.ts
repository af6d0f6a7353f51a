/**
 * How many subscriptions are open at a time, of one user and in this process, whatever transport they came by. What
 * a subscription holds here (its place in a feed, what waits for its reader) is bounded by it; rates are counted in
 * `limits.ts`.
 */
import { AppError } from '@interview/runtime/errors';
import type { Viewer } from '@interview/runtime/viewer';

export interface OpenFeedsOptions {
  /** A user is the same one in their company only. */
  perUser: number;
  perProcess: number;
  metrics: OpenFeedMetrics;
}

export interface OpenFeedMetrics {
  /** Told which limit refused one. */
  feedRefused(limit: 'user' | 'process'): void;
}

export interface OpenFeeds {
  /**
   * Takes a place for a subscription of this viewer.
   * @returns what gives it back; further calls do nothing
   * @throws AppError RATE_LIMITED that names the limit
   */
  admit(viewer: Pick<Viewer, 'id' | 'companyId'>): () => void;
}

export function createOpenFeeds({ perUser, perProcess, metrics }: OpenFeedsOptions): OpenFeeds {
  const byUser = new Map<string, number>();
  let open = 0;
  const giveBack = (user: string) => {
    const left = (byUser.get(user) ?? 0) - 1;
    if (left > 0) byUser.set(user, left);
    else byUser.delete(user);
    open -= 1;
  };
  return {
    admit({ companyId, id }) {
      const user = JSON.stringify([companyId, id]);
      const theirs = byUser.get(user) ?? 0;
      if (theirs >= perUser) {
        metrics.feedRefused('user');
        throw new AppError('RATE_LIMITED', `Too many: at most ${perUser} subscriptions of one user at a time.`);
      }
      if (open >= perProcess) {
        metrics.feedRefused('process');
        throw new AppError(
          'RATE_LIMITED',
          `Too many: this server carries at most ${perProcess} subscriptions at a time.`,
        );
      }
      byUser.set(user, theirs + 1);
      open += 1;
      let held = true;
      return () => {
        if (!held) return;
        held = false;
        giveBack(user);
      };
    },
  };
}
