/** Tells the work on a round that something new was stored. Messages may be lost: they only wake. */

import type { Logger } from '@interview/runtime/log';
import type { RedisConnection } from '@interview/runtime/redis';
import { channels } from '@interview/schema/keys';
import { z } from 'zod';

/** Only what is stored and read again counts; interim text and aggregates wake nobody. */
const News = z.object({
  insights: z.array(z.unknown()).optional(),
  segments: z.array(z.unknown()).optional(),
  reviewed: z.unknown().optional(),
});

export class FeedWakes {
  private readonly wakes = new Map<string, () => void>();

  /** `subscriber`: a connection of that kind; it may carry other channels too. */
  constructor(
    private readonly subscriber: RedisConnection,
    private readonly log: Logger,
  ) {
    subscriber.on('message', (channel, json) => {
      const wake = this.wakes.get(channel);
      if (wake && isNews(json)) wake();
    });
  }

  async follow(roundId: string, wake: () => void): Promise<void> {
    this.wakes.set(channels.feed(roundId), wake);
    await this.subscriber.subscribe(channels.feed(roundId));
  }

  /** Does not wait for Redis: whoever leaves a round must not be held up by an outage. */
  leave(roundId: string): void {
    this.wakes.delete(channels.feed(roundId));
    this.subscriber
      .unsubscribe(channels.feed(roundId))
      .catch((error) => this.log.debug({ err: error }, 'the subscription ended with its connection'));
  }
}

function isNews(json: string): boolean {
  const { insights, segments, reviewed } = News.parse(JSON.parse(json));
  return Boolean(insights?.length || segments?.length || reviewed !== undefined);
}
