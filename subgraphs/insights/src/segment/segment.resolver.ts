/** The live transcript. */
import type { SubgraphContext } from '@interview/subgraph-kit/context';
import { Arg, Directive, ID, Resolver, Root, Subscription } from 'type-graphql';
import type { RoundFeeds } from '../feeds.js';
import { Segment } from './segment.entity.js';

export function segmentResolver(feeds: RoundFeeds) {
  @Resolver(() => Segment)
  class SegmentResolver {
    @Directive('@resumable')
    @Subscription(() => Segment, {
      subscribe: ({ args, context }: { args: { roundId: string; after?: string | null }; context: SubgraphContext }) =>
        feeds.segments(context, args.roundId, args.after),
    })
    transcriptUpdated(
      @Root() segment: Segment,
      @Arg('roundId', () => ID) _roundId: string,
      @Arg('after', () => String, { nullable: true }) _after?: string | null,
    ): Segment {
      return segment;
    }
  }
  return SegmentResolver;
}
