/** The live aggregate, and its few figures for a header. */
import type { SubgraphContext } from '@interview/subgraph-kit/context';
import { Arg, Directive, ID, Resolver, Root, Subscription } from 'type-graphql';
import type { RoundFeeds } from '../feeds.js';
import type { Aggregate } from './aggregate.entity.js';
import { InsightAggregate, MetricsSummary, toInsightAggregate, toMetricsSummary } from './aggregate.type.js';

const METRICS_INTERVAL_MS = 1000;

interface FeedCall {
  args: { roundId: string };
  context: SubgraphContext;
}

export function aggregateResolver(feeds: RoundFeeds) {
  @Resolver()
  class AggregateResolver {
    @Directive('@startsWithState')
    @Subscription(() => InsightAggregate, {
      subscribe: ({ args, context }: FeedCall) => feeds.aggregates(context, args.roundId),
    })
    aggregateUpdated(@Root() aggregate: Aggregate, @Arg('roundId', () => ID) _roundId: string): InsightAggregate {
      return toInsightAggregate(aggregate);
    }

    @Directive('@startsWithState')
    @Subscription(() => MetricsSummary, {
      subscribe: ({ args, context }: FeedCall) => feeds.aggregates(context, args.roundId, METRICS_INTERVAL_MS),
    })
    metricsUpdated(@Root() aggregate: Aggregate, @Arg('roundId', () => ID) _roundId: string): MetricsSummary {
      return toMetricsSummary(aggregate);
    }
  }
  return AggregateResolver;
}
