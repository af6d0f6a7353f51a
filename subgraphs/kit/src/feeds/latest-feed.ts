/**
 * A feed of states: the present one first (where there is one), then each newer one. States that were
 * overtaken before a subscriber could take them are skipped; the newest is never lost.
 */
import { EventQueue } from './event-queue.js';
import type { Topics } from './topics.js';

export interface LatestFeedOptions<T> {
  topics: Topics;
  topic: string;
  /** Whether a message on the topic says that the state changed. */
  concerns(message: unknown): boolean;
  /** Reads the present state; null while there is none. What it throws ends the feed with that error. */
  load(): Promise<T | null>;
  /** Grows with each state. */
  versionOf(state: T): number;
  /** At least this long between two states. */
  minIntervalMs?: number;
}

export async function latestFeed<T>(options: LatestFeedOptions<T>): Promise<AsyncIterableIterator<T>> {
  let lastVersion = Number.NEGATIVE_INFINITY;
  let loading = false;
  let again = false;
  let stopListening: (() => void) | undefined;
  let ended = false;
  const queue = new EventQueue<T>(() => {
    ended = true;
    stopListening?.();
  });

  const look = async () => {
    if (ended) return;
    if (loading) {
      again = true;
      return;
    }
    loading = true;
    try {
      do {
        again = false;
        const state = await options.load();
        if (state !== null && options.versionOf(state) > lastVersion) {
          lastVersion = options.versionOf(state);
          queue.push(state);
          if (options.minIntervalMs) await new Promise((resolve) => setTimeout(resolve, options.minIntervalMs));
        }
      } while (again && !ended);
    } catch (error) {
      queue.fail(error);
    } finally {
      loading = false;
    }
  };

  stopListening = await options.topics.listen(options.topic, {
    onMessage: (message) => void (options.concerns(message) && look()),
    onDoubt: () => void look(),
  });
  void look();
  return queue;
}
