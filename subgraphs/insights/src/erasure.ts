/** Erasing a candidate: everything held of their rounds, in the database and in the streams. */
import type { RedisConnection } from '@interview/runtime/redis';
import { keys } from '@interview/schema/keys';
import type { Erasure } from '@interview/subgraph-kit/erasure';
import type { SqlEntityManager } from '@mikro-orm/postgresql';
import { lockPositions } from './results/feed-position.js';
import { GROUP } from './results/result.stream.js';

const PAGE = 500;
const TABLES = ['live_insights', 'transcript_segments', 'insight_aggregates', 'analyser_statuses', 'round_feeds'];

/**
 * Removes the rounds' rows and their entries of the result streams. A batch that is being stored holds a round's
 * position: it is waited for, and one that comes later finds the round among the erased ones.
 */
export async function eraseRounds(
  tx: SqlEntityManager,
  redis: RedisConnection,
  { roundIds }: Pick<Erasure, 'roundIds'>,
): Promise<void> {
  if (roundIds.length === 0) return;
  await lockPositions(tx, roundIds);
  for (const table of TABLES) {
    await tx.execute(`delete from insights.${table} where round_id = any(string_to_array(?, ',')::uuid[])`, [
      roundIds.join(','),
    ]);
  }
  for (const stream of [keys.results, keys.deadResults]) await removeEntries(redis, stream, new Set(roundIds));
}

/** The ids are looked for in the text: what is in the dead stream may be no result at all. */
async function removeEntries(redis: RedisConnection, stream: string, roundIds: ReadonlySet<string>): Promise<void> {
  for (let from = '-'; ; ) {
    const entries = await redis.xrange(stream, from, '+', 'COUNT', PAGE);
    const concerned = entries.filter(([, fields]) => mentions(fields, roundIds)).map(([id]) => id);
    if (concerned.length > 0) {
      const remove = redis.multi().xdel(stream, ...concerned);
      // Else a consumer that had taken one would find it without its content.
      if (stream === keys.results) remove.xack(stream, GROUP, ...concerned);
      for (const [error] of (await remove.exec()) ?? []) if (error) throw error;
    }
    const last = entries.at(-1);
    if (!last || entries.length < PAGE) return;
    from = `(${last[0]}`;
  }
}

const UUIDS = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/gi;

const mentions = (fields: readonly string[], roundIds: ReadonlySet<string>): boolean =>
  fields.some((field) => (field.match(UUIDS) ?? []).some((id) => roundIds.has(id.toLowerCase())));
