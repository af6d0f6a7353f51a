/**
 * Topics over graphql-redis-subscriptions. Redis pub/sub may lose a message, so a listener is told of two
 * things: a message, and "look for yourself", which comes after each reconnection and every two seconds.
 * A feed that reads its store when told so misses nothing, whatever pub/sub lost.
 */

import type { Logger } from '@interview/runtime/log';
import type { RedisConnection } from '@interview/runtime/redis';
import { RedisPubSub } from 'graphql-redis-subscriptions';

/** What a listener's promise rejects with is logged; the next doubt is its next chance. */
export interface TopicListener {
  onMessage(message: unknown): void | Promise<void>;
  /** Something may have been missed. */
  onDoubt(): void | Promise<void>;
}

export interface Topics {
  /** Resolves once subscribed: what is published from then on arrives, or a doubt does. */
  listen(topic: string, listener: TopicListener): Promise<() => void>;
  /** Rejects when Redis is away. */
  publish(topic: string, message: unknown): Promise<void>;
  close(): Promise<void>;
}

const DOUBT_INTERVAL_MS = 2000;
/** While the database is away every feed fails at every doubt: one line in a while says so. */
const REPORT_INTERVAL_MS = 10_000;

export function createTopics(publisher: RedisConnection, subscriber: RedisConnection, log: Logger): Topics {
  const pubsub = new RedisPubSub({ publisher, subscriber });
  const listeners = new Set<TopicListener>();
  let reportedAt = Number.NEGATIVE_INFINITY;
  const report = (error: unknown) => {
    if (performance.now() - reportedAt < REPORT_INTERVAL_MS) return;
    reportedAt = performance.now();
    log.warn({ err: error }, 'a feed could not look at its store; it looks again');
  };
  const call = (run: () => void | Promise<void>) => void Promise.try(run).catch(report);
  const doubt = () => {
    for (const listener of listeners) call(() => listener.onDoubt());
  };
  subscriber.on('ready', doubt);
  const timer = setInterval(doubt, DOUBT_INTERVAL_MS);

  return {
    async listen(topic, listener) {
      const id = await pubsub.subscribe<unknown>(topic, (message) => call(() => listener.onMessage(message)));
      listeners.add(listener);
      return () => {
        if (listeners.delete(listener)) pubsub.unsubscribe(id);
      };
    },
    publish: (topic, message) => pubsub.publish(topic, message),
    async close() {
      clearInterval(timer);
      subscriber.off('ready', doubt);
      listeners.clear();
      await pubsub.close();
    },
  };
}
