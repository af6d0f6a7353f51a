/**
 * Each review of a round from now on. Revisions order them; what pub/sub lost is read by them. Reviews are made
 * by hand, a few an hour, so every subscriber reads for itself. Of two reviews of one insight between two
 * readings the last is told.
 */
import { AppError } from '@interview/runtime/errors';
import { channels } from '@interview/schema/keys';
import { EventQueue } from '@interview/subgraph-kit/feeds/event-queue';
import type { Topics } from '@interview/subgraph-kit/feeds/topics';
import type { SqlEntityManager } from '@mikro-orm/postgresql';
import { Insight } from '../insight/insight.entity.js';

export interface ReviewFeedOptions {
  topics: Topics;
  roundId: string;
  fork: () => SqlEntityManager;
  /** Called before each reading; the feed ends with the AppError that it throws. */
  check: () => Promise<unknown>;
  /** Whether a message on the round's topic is about a review. */
  concerns: (message: unknown) => boolean;
}

export async function reviewFeed(options: ReviewFeedOptions): Promise<AsyncIterableIterator<Insight>> {
  const { topics, roundId, fork, check, concerns } = options;
  await check();
  let position = await revisionOf(fork(), roundId);
  let looking = false;
  let again = false;
  let stopListening: (() => void) | undefined;
  const queue = new EventQueue<Insight>(() => stopListening?.());

  const look = async () => {
    again = true;
    if (looking) return;
    looking = true;
    try {
      while (again) {
        again = false;
        await check();
        const reviewed: Insight[] = await reviewsAfter(fork(), roundId, position);
        position = reviewed.at(-1)?.reviewedRevision ?? position;
        for (const insight of reviewed) queue.push(insight);
      }
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      queue.fail(error);
    } finally {
      looking = false;
    }
  };

  stopListening = await topics.listen(channels.feed(roundId), {
    onMessage: (message) => (concerns(message) ? look() : undefined),
    onDoubt: look,
  });
  try {
    // What was reviewed before anybody listened.
    await look();
  } catch (error) {
    await queue.return();
    throw error;
  }
  return queue;
}

const reviewsAfter = (em: SqlEntityManager, roundId: string, revision: number): Promise<Insight[]> =>
  em.find(Insight, { roundId, reviewedRevision: { $gt: revision } }, { orderBy: { reviewedRevision: 'asc' } });

async function revisionOf(em: SqlEntityManager, roundId: string): Promise<number> {
  const [feed] = await em.execute<{ revision: string }[]>(
    'select revision from insights.round_feeds where round_id = ?',
    [roundId],
  );
  return Number(feed?.revision ?? 0);
}
