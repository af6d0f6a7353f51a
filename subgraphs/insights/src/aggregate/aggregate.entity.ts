/** The aggregate of a round as the aggregator last computed it: the guide's `insight_aggregates`. */
import type { FollowUp, FraudIndicators, SpeechMetrics, VideoMetrics } from '@interview/schema/messages';
import { Entity, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';
import type { z } from 'zod';

export type SpeechMetricsRow = z.infer<typeof SpeechMetrics>;
export type VideoMetricsRow = z.infer<typeof VideoMetrics>;
export type FraudIndicatorsRow = z.infer<typeof FraudIndicators>;

@Entity({ tableName: 'insight_aggregates' })
export class Aggregate {
  @PrimaryKey({ type: 'uuid' })
  id!: string;

  @Property({ type: 'uuid' })
  roundId!: string;

  @Property({ type: 'string' })
  companyId!: string;

  @Property({ type: 'datetime' })
  aggregatedAt!: Date;

  @Property({ type: 'bigint', runtimeType: 'number' })
  upToInsight!: number;

  @Property({ type: 'bigint', runtimeType: 'number' })
  upToSegment!: number;

  @Property({ type: 'bigint', runtimeType: 'number' })
  revision!: number;

  /** Grows with each replacement. */
  @Property({ type: 'bigint', runtimeType: 'number' })
  version!: number;

  @Property({ type: 'json' })
  speechMetrics!: SpeechMetricsRow;

  @Property({ type: 'json' })
  videoMetrics!: VideoMetricsRow;

  @Property({ type: 'json' })
  fraudIndicators!: FraudIndicatorsRow;

  @Property({ type: 'json' })
  aiRecommendations!: FollowUp[];
}
