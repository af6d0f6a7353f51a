/** How far back a round's feeds go: the daily sweep removes what is old, and a feed that begins before that is told. */
import { AppError } from '@interview/runtime/errors';
import type { SqlEntityManager } from '@mikro-orm/postgresql';

const SWEPT = { insight: 'swept_insight', segment: 'swept_segment' } as const;

/** @throws AppError CURSOR_EXPIRED when something after this sequence was swept. */
export async function requireKept(
  em: SqlEntityManager,
  roundId: string,
  kind: keyof typeof SWEPT,
  after: number,
): Promise<void> {
  const [feed] = await em.execute<{ swept: string }[]>(
    `select ${SWEPT[kind]} as swept from insights.round_feeds where round_id = ?`,
    [roundId],
  );
  if (Number(feed?.swept ?? 0) > after) {
    throw new AppError('CURSOR_EXPIRED', 'What followed this cursor is not kept any more. Start the feed anew.');
  }
}

/**
 * The items, read after a sequence. Sequences have no gaps, so one that shows was swept meanwhile (or an item is
 * being erased): `check` tells which.
 */
export async function keptItems<T extends { sequence: number }>(
  items: T[],
  after: number,
  check: () => Promise<void>,
): Promise<T[]> {
  const whole = items.every((item, index) => item.sequence === after + 1 + index);
  if (!whole) await check();
  return items;
}
