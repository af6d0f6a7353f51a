/** The aggregate in the graph, and the few figures of it that a live header shows. */
import { DateTime } from '@interview/subgraph-kit/scalars';
import { Field, Float, ID, Int, ObjectType } from 'type-graphql';
import type { Aggregate } from './aggregate.entity.js';

@ObjectType()
class SpeechMetrics {
  @Field(() => Float, { nullable: true })
  averageConfidence!: number | null;
  @Field(() => Int)
  totalHesitations!: number;
  @Field(() => Float, { nullable: true })
  averageResponseTimeMs!: number | null;
  @Field(() => Float, { nullable: true, description: 'Share of the round in which the candidate speaks, 0 to 1.' })
  talkRatio!: number | null;
  @Field(() => Float, { nullable: true })
  wordsPerMinute!: number | null;
}

@ObjectType()
class VideoMetrics {
  @Field(() => Float, { nullable: true })
  engagementScore!: number | null;
  @Field(() => Float, { nullable: true })
  eyeContactPercentage!: number | null;
  @Field(() => String, { nullable: true, description: 'stable, moderate or frequent.' })
  headMovement!: string | null;
}

@ObjectType()
class FraudIndicators {
  @Field(() => Int)
  alertsCount!: number;
  @Field(() => Int)
  tabSwitches!: number;
  @Field()
  multipleFacesDetected!: boolean;
  @Field(() => Int)
  faceSwitches!: number;
  @Field(() => Int)
  backgroundVoices!: number;
}

@ObjectType({ description: 'A question worth asking next, and why.' })
class FollowUp {
  @Field()
  category!: string;
  @Field()
  question!: string;
  @Field()
  reason!: string;
  @Field(() => [ID])
  insightIds!: string[];
}

@ObjectType()
export class InsightAggregate {
  @Field(() => ID)
  roundId!: string;
  @Field(() => DateTime)
  aggregatedAt!: Date;
  @Field(() => SpeechMetrics)
  speech!: SpeechMetrics;
  @Field(() => VideoMetrics)
  video!: VideoMetrics;
  @Field(() => FraudIndicators)
  fraud!: FraudIndicators;
  @Field(() => [FollowUp])
  recommendations!: FollowUp[];
}

@ObjectType({ description: 'The few figures a live header shows, pushed as they change, at most once a second.' })
export class MetricsSummary {
  @Field(() => ID)
  roundId!: string;
  @Field(() => Float, { nullable: true })
  speechConfidence!: number | null;
  @Field(() => Float, { nullable: true })
  engagementScore!: number | null;
  @Field(() => Int)
  hesitationsCount!: number;
  @Field(() => Float, { nullable: true })
  averageResponseTimeMs!: number | null;
  @Field(() => Int)
  fraudAlertsCount!: number;
}

export const toInsightAggregate = (row: Aggregate): InsightAggregate => ({
  roundId: row.roundId,
  aggregatedAt: row.aggregatedAt,
  speech: row.speechMetrics,
  video: row.videoMetrics,
  fraud: row.fraudIndicators,
  recommendations: row.aiRecommendations,
});

export const toMetricsSummary = ({
  roundId,
  speechMetrics,
  videoMetrics,
  fraudIndicators,
}: Aggregate): MetricsSummary => ({
  roundId,
  speechConfidence: speechMetrics.averageConfidence,
  engagementScore: videoMetrics.engagementScore,
  hesitationsCount: speechMetrics.totalHesitations,
  averageResponseTimeMs: speechMetrics.averageResponseTimeMs,
  fraudAlertsCount: fraudIndicators.alertsCount,
});
