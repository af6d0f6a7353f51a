/** Subscribers join feeds here, whatever their transport. */
import type { Logger } from '@interview/runtime/log';
import { publicErrorOf } from '../graph/errors.js';
import { FeedEnded, type OpenFeed } from './feed.js';
import { FeedBatch, FeedEvent } from './feed-event.js';
import type { SubscribeFeed } from './feed-subscriber.js';

export function createSharedFeeds(options: { openFeed: OpenFeed; log: Logger }): SubscribeFeed {
  const { openFeed, log } = options;
  return ({ plan, variables, subscriber }) => {
    const feed = openFeed({ plan, variables, viewer: () => subscriber.viewer() });
    let left = false;
    const pump = async () => {
      for await (const result of feed) {
        if (left) return;
        subscriber.events(new FeedBatch([new FeedEvent(result, undefined, performance.now())]));
      }
    };
    pump().then(
      () => {
        if (!left) subscriber.ended();
      },
      (error: unknown) => {
        if (!left) subscriber.ended(error instanceof FeedEnded ? error.errors : [publicErrorOf(error, log)]);
      },
    );
    return () => {
      left = true;
      void feed.return();
    };
  };
}
