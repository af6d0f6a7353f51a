/** Insights in the graph: the entity, the live feed, and the alerts among them. */
import type { AlertSeverity, InsightDisposition, InsightType } from '@interview/schema/enums';
import type { SubgraphContext } from '@interview/subgraph-kit/context';
import { entityBy } from '@interview/subgraph-kit/entity-loader';
import {
  Arg,
  Ctx,
  Directive,
  Field,
  FieldResolver,
  Float,
  ID,
  Mutation,
  ObjectType,
  Resolver,
  Root,
  Subscription,
} from 'type-graphql';
import type { RoundFeeds } from '../feeds.js';
import { NOTE_CHARACTERS, type ReviewService } from '../review/review.service.js';
import { readableRound } from '../round.resolver.js';
import { Round } from '../round.type.js';
import { AlertSeverityEnum, Insight, InsightDispositionEnum, InsightTypeEnum } from './insight.entity.js';
import { isFraudAlert, selectionTest } from './insight.selection.js';

@ObjectType({ simpleResolvers: true })
export class FraudAlert {
  @Field(() => ID)
  id!: string;
  @Field(() => ID)
  roundId!: string;
  @Field(() => InsightTypeEnum, {
    description: 'TAB_SWITCH, MULTIPLE_FACES, FACE_SWITCH, FACE_ABSENT or BACKGROUND_VOICE.',
  })
  type!: InsightType;
  @Field(() => AlertSeverityEnum)
  severity!: AlertSeverity;
  @Field(() => Float)
  timestampMs!: number;
  @Field()
  message!: string;
  @Field(() => Insight)
  insight!: Insight;
  @Field()
  cursor!: string;
}

const toAlert = (insight: Insight): FraudAlert => ({
  id: insight.id,
  roundId: insight.roundId,
  type: insight.type,
  severity: insight.severity,
  timestampMs: insight.timestampMs,
  message: insight.explanation,
  insight,
  cursor: insight.cursor,
});

const insightById = entityBy(Insight, 'id');

/** For `_entities`: guarded like any other way to an insight. */
export async function findInsight(id: string, context: SubgraphContext): Promise<Insight | null> {
  const insight = await insightById(context, id);
  return insight && (await readableRound(context, insight.roundId)) ? insight : null;
}

interface FeedArguments {
  roundId: string;
  after?: string | null;
}

export function insightResolver(feeds: RoundFeeds, reviews: ReviewService) {
  @Resolver(() => Insight)
  class InsightResolver {
    @FieldResolver(() => Round, { nullable: true })
    round(@Root() insight: Insight): Round {
      return { id: insight.roundId };
    }

    @Mutation(() => Insight, {
      description: 'EMPLOYEE assigned, HR, ADMIN. UNREVIEWED takes a review back, its note too.',
    })
    reviewInsight(
      @Ctx() context: SubgraphContext,
      @Arg('id', () => ID) id: string,
      @Arg('disposition', () => InsightDispositionEnum) disposition: InsightDisposition,
      @Arg('note', () => String, { nullable: true, description: `At most ${NOTE_CHARACTERS} characters.` })
      note?: string | null,
    ): Promise<Insight> {
      return reviews.review(context, { id, disposition, note });
    }

    @Subscription(() => Insight, {
      description: 'A review changed an insight.',
      subscribe: ({ args, context }: { args: FeedArguments; context: SubgraphContext }) =>
        feeds.reviews(context, args.roundId),
    })
    insightUpdated(@Root() insight: Insight, @Arg('roundId', () => ID) _roundId: string): Insight {
      return insight;
    }

    @Directive('@resumable')
    @Subscription(() => Insight, {
      subscribe: ({
        args,
        context,
      }: {
        args: FeedArguments & { types?: InsightType[]; minSeverity?: AlertSeverity };
        context: SubgraphContext;
      }) => feeds.insights(context, args.roundId, args.after, selectionTest(args)),
    })
    insightAdded(
      @Root() insight: Insight,
      @Arg('roundId', () => ID) _roundId: string,
      @Arg('types', () => [InsightTypeEnum], { nullable: true }) _types?: InsightType[] | null,
      @Arg('minSeverity', () => AlertSeverityEnum, { nullable: true, defaultValue: 'INFO' })
      _minSeverity?: AlertSeverity | null,
      @Arg('after', () => String, { nullable: true }) _after?: string | null,
    ): Insight {
      return insight;
    }

    @Directive('@resumable')
    @Subscription(() => FraudAlert, {
      subscribe: ({ args, context }: { args: FeedArguments; context: SubgraphContext }) =>
        feeds.insights(context, args.roundId, args.after, isFraudAlert),
    })
    fraudAlertRaised(
      @Root() insight: Insight,
      @Arg('roundId', () => ID) _roundId: string,
      @Arg('after', () => String, { nullable: true }) _after?: string | null,
    ): FraudAlert {
      return toAlert(insight);
    }
  }
  return InsightResolver;
}
