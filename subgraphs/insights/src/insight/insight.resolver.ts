/** Insights in the graph: the entity, the live feed, and the alerts among them. */
import type { AlertSeverity, InsightType } from '@interview/schema/enums';
import type { SubgraphContext } from '@interview/subgraph-kit/context';
import { isUuid } from '@interview/subgraph-kit/round-access';
import { Arg, Field, FieldResolver, Float, ID, ObjectType, Resolver, Root, Subscription } from 'type-graphql';
import type { RoundFeeds } from '../feeds.js';
import { mayRead } from '../round.resolver.js';
import { Round } from '../round.type.js';
import { AlertSeverityEnum, Insight, InsightTypeEnum } from './insight.entity.js';
import { isFraudAlert, selectionTest } from './insight.selection.js';

@ObjectType()
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

/** For `_entities`: guarded like any other way to an insight. */
export async function findInsight(id: string, context: SubgraphContext): Promise<Insight | null> {
  if (!isUuid(id)) return null;
  const insight = await context.em.findOne(Insight, { id, companyId: context.viewer.companyId });
  return insight && (await mayRead(context, insight.roundId)) ? insight : null;
}

interface FeedArguments {
  roundId: string;
  after?: string | null;
}

export function insightResolver(feeds: RoundFeeds) {
  @Resolver(() => Insight)
  class InsightResolver {
    @FieldResolver(() => Round, { nullable: true })
    round(@Root() insight: Insight): Round {
      return { id: insight.roundId };
    }

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
