/**
 * Has the aggregate of an ended round computed anew after a review: whoever finished the round has left it, and
 * takes it up again when it stands among the unfinished ones. The database says which aggregates are behind, so
 * neither a Redis that is away nor an aggregator that leaves the round at that very moment loses a review.
 */
import type { Logger } from '@interview/runtime/log';
import type { RedisConnection } from '@interview/runtime/redis';
import { keys } from '@interview/schema/keys';
import { type Job, startJob } from '@interview/subgraph-kit/job';
import type { MikroORM } from '@mikro-orm/postgresql';

const LOOK_MS = 5000;
/** An aggregator that does not answer to a review for this long (no consent any more, the round's state gone) will not. */
const PATIENCE_HOURS = 24;

export const startAggregateRenewal = (orm: MikroORM, redis: RedisConnection, log: Logger): Job =>
  startJob({
    name: 'renewal of aggregates',
    everyMs: LOOK_MS,
    log,
    async run() {
      const behind = await orm.em.fork().execute<{ round_id: string }[]>(
        `select f.round_id from insights.round_feeds f
         join rounds.round_access r on r.id = f.round_id and r.status in ('COMPLETED', 'CANCELLED') and r.consent_given
         left join insights.insight_aggregates a on a.round_id = f.round_id
         where f.reviewed_at > now() - make_interval(hours => ?) and f.revision > coalesce(a.revision, 0)`,
        [PATIENCE_HOURS],
      );
      if (behind.length === 0) return;
      await redis.sadd(keys.unfinishedRounds('aggregator'), ...behind.map((row) => row.round_id));
    },
  });
