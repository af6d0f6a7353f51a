/** The candidate's browser tells whether its page is visible; `fraud` reads it from the round's stream. */
import { AppError, validationFailed } from '@interview/runtime/errors';
import type { RedisConnection } from '@interview/runtime/redis';
import { keys } from '@interview/schema/keys';
import type { SubgraphContext } from '@interview/subgraph-kit/context';
import { required } from '@interview/subgraph-kit/round-access';
import { DateTime } from '@interview/subgraph-kit/scalars';
import { Arg, Ctx, ID, Mutation, Resolver } from 'type-graphql';

/** A round has few of these; the bound only keeps a runaway client from filling Redis. */
const MAX_ENTRIES = 10_000;

export function tabVisibilityResolver(redis: RedisConnection) {
  @Resolver()
  class TabVisibilityResolver {
    @Mutation(() => Boolean, {
      description:
        'The assigned candidate, in a round in progress; false where nothing is analysed (no consent, HUMAN_ONLY).',
    })
    async reportTabVisibility(
      @Ctx() context: SubgraphContext,
      @Arg('roundId', () => ID) roundId: string,
      @Arg('visible') visible: boolean,
      @Arg('timestamp', () => DateTime) timestamp: Date,
    ): Promise<boolean> {
      const round = required(context.viewer, await context.rounds.load(roundId), ['CANDIDATE']);
      if (round.status !== 'IN_PROGRESS') {
        throw validationFailed([{ path: 'roundId', message: `the round is ${round.status}, not IN_PROGRESS` }]);
      }
      if (!round.consentGiven || round.mode === 'HUMAN_ONLY') return false;
      const fields = ['visible', visible ? '1' : '0', 'capturedAtMs', String(timestamp.getTime())];
      try {
        await redis.xadd(keys.tab(round.id), 'MAXLEN', '~', MAX_ENTRIES, '*', ...fields);
      } catch {
        throw new AppError('SERVICE_UNAVAILABLE', 'The report could not be taken at this moment. Send it again.');
      }
      return true;
    }
  }
  return TabVisibilityResolver;
}
