/**
 * Topics over graphql-redis-subscriptions. Redis pub/sub may lose a message, so a listener is told of two
 * things: a message, and "look for yourself", which comes after each reconnection and every two seconds.
 * A feed that reads its store when told so misses nothing, whatever pub/sub lost.
 */

import type { RedisConnection } from '@interview/runtime/redis';
import { RedisPubSub } from 'graphql-redis-subscriptions';

export interface TopicListener {
  onMessage(message: unknown): void;
  /** Something may have been missed. */
  onDoubt(): void;
}

export interface Topics {
  /** Resolves once subscribed: what is published from then on arrives, or a doubt does. */
  listen(topic: string, listener: TopicListener): Promise<() => void>;
  /** Rejects when Redis is away. */
  publish(topic: string, message: unknown): Promise<void>;
  close(): Promise<void>;
}

const DOUBT_INTERVAL_MS = 2000;

export function createTopics(publisher: RedisConnection, subscriber: RedisConnection): Topics {
  const pubsub = new RedisPubSub({ publisher, subscriber });
  const listeners = new Set<TopicListener>();
  const doubt = () => {
    for (const listener of listeners) listener.onDoubt();
  };
  subscriber.on('ready', doubt);
  const timer = setInterval(doubt, DOUBT_INTERVAL_MS);

  return {
    async listen(topic, listener) {
      const id = await pubsub.subscribe<unknown>(topic, (message) => listener.onMessage(message));
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
