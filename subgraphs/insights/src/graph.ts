/** Puts the insights subgraph together: consumer, feeds, graph, the route for services. */
import { hostname } from 'node:os';
import { connectRedis, type RedisConnection } from '@interview/runtime/redis';
import { eraseOnRequest } from '@interview/subgraph-kit/erasure';
import type { SubgraphGraph } from '@interview/subgraph-kit/federation';
import { sweepDaily } from '@interview/subgraph-kit/retention';
import type { Route } from '@interview/subgraph-kit/server';
import type { Foundation } from '@interview/subgraph-kit/start-subgraph';
import { aggregateResolver } from './aggregate/aggregate.resolver.js';
import { eraseRounds } from './erasure.js';
import { createRoundFeeds, type RoundFeeds } from './feeds.js';
import { findInsight, insightResolver } from './insight/insight.resolver.js';
import { relayInterimSegments } from './results/interim.relay.js';
import { startResultConsumer } from './results/result.consumer.js';
import { openResultStream } from './results/result.stream.js';
import { sweepInsights } from './retention.js';
import { startAggregateRenewal } from './review/aggregate.renewal.js';
import { createReviewService, type ReviewService } from './review/review.service.js';
import { RoundInsightsResolver } from './round.resolver.js';
import { Round } from './round.type.js';
import { segmentResolver } from './segment/segment.resolver.js';
import { storedFeedRoute } from './stored-feed.route.js';
import { tabVisibilityResolver } from './tab/tab-visibility.resolver.js';

export interface InsightsServices {
  feeds: RoundFeeds;
  reviews: ReviewService;
  redis: RedisConnection;
}

export function insightsGraph({ feeds, reviews, redis }: InsightsServices): SubgraphGraph {
  return {
    resolvers: [
      RoundInsightsResolver,
      insightResolver(feeds, reviews),
      segmentResolver(feeds),
      aggregateResolver(feeds),
      tabVisibilityResolver(redis),
    ],
    passedOn: ['insightAdded', 'insightUpdated', 'transcriptUpdated'],
    references: {
      // Each field of a round decides access itself; the round is only its id here.
      Round: ({ id }) => Object.assign(new Round(), { id }),
      Insight: ({ id }, context) => findInsight(id, context),
    },
  };
}

export async function openInsights(foundation: Foundation): Promise<SubgraphGraph & { routes: Route[] }> {
  const { orm, redis, redisUrl, port, topics, log, stopper } = foundation;
  const reader = connectRedis(redisUrl, 'reader', log);
  const stream = openResultStream({ reader, commands: redis, consumer: `${hostname()}:${port}` });
  const consumer = startResultConsumer({ orm, log, stream });
  stopper.onStop('result consumer', async () => {
    reader.disconnect();
    await consumer.stop();
  });
  stopper.onStop('interim relay', await relayInterimSegments(topics, log));
  const renewal = startAggregateRenewal(orm, redis, log);
  stopper.onStop('renewal of aggregates', () => renewal.stop());
  const reviews = createReviewService({ topics, log, renewAggregates: () => void renewal.kick() });
  eraseOnRequest(foundation, 'insights', (tx, erasure) => eraseRounds(tx, redis, erasure));
  sweepDaily(foundation, 'insights', sweepInsights);
  return { ...insightsGraph({ feeds: createRoundFeeds(orm, topics), reviews, redis }), routes: [storedFeedRoute(orm)] };
}
