/**
 * A feed of states: the present one first (where there is one), then each newer one. A state that was overtaken
 * before the subscriber took it is dropped, so a slow one costs a single state; the newest is never lost.
 */
import { AppError } from '@interview/runtime/errors';
import { EventQueue } from './event-queue.js';
import type { Topics } from './topics.js';

export interface LatestFeedOptions<T> {
  topics: Topics;
  topic: string;
  /** Whether a message on the topic says that the state changed. */
  concerns(message: unknown): boolean;
  /**
   * Reads the present state; null while there is none. An AppError that it throws (access was lost) ends the feed;
   * anything else is a store that is away, and the next doubt looks again.
   */
  load(): Promise<T | null>;
  /** Grows with each state. */
  versionOf(state: T): number;
  /** At least this long between two states. */
  minIntervalMs?: number;
}

export async function latestFeed<T>(options: LatestFeedOptions<T>): Promise<AsyncIterableIterator<T>> {
  let lastVersion = Number.NEGATIVE_INFINITY;
  let pushedAt = Number.NEGATIVE_INFINITY;
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
        await pause(pushedAt + (options.minIntervalMs ?? 0) - performance.now());
        const state = await options.load();
        if (state !== null && options.versionOf(state) > lastVersion) {
          lastVersion = options.versionOf(state);
          pushedAt = performance.now();
          queue.pushLatest(state);
        }
      } while (again && !ended);
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      queue.fail(error);
    } finally {
      loading = false;
    }
  };

  stopListening = await options.topics.listen(options.topic, {
    onMessage: (message) => (options.concerns(message) ? look() : undefined),
    onDoubt: look,
  });
  try {
    await look();
  } catch (error) {
    await queue.return();
    throw error;
  }
  return queue;
}

const pause = (ms: number) => (ms > 0 ? new Promise((resolve) => setTimeout(resolve, ms)) : undefined);
