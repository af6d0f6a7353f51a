/** A stored insight: the guide's `live_insights` and the graph's `Insight`. */
import { AlertSeverity, InsightDisposition, InsightType } from '@interview/schema/enums';
import type { StoredInsight } from '@interview/schema/messages';
import { graphEnum } from '@interview/subgraph-kit/graph-enum';
import { readOnlyEntity } from '@interview/subgraph-kit/read-only-entity';
import { DateTime, JSONValue } from '@interview/subgraph-kit/scalars';
import { Entity, Enum, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';
import { Directive, Field, Float, ID, ObjectType } from 'type-graphql';
import { insightCursor } from '../sequence-cursor.js';

export const InsightTypeEnum = graphEnum('InsightType', InsightType);
export const AlertSeverityEnum = graphEnum('AlertSeverity', AlertSeverity);
export const InsightDispositionEnum = graphEnum(
  'InsightDisposition',
  InsightDisposition,
  "A person's judgement of an insight: the software flags, people decide.",
);

@Directive('@key(fields: "id")')
@ObjectType({
  simpleResolvers: true,
  description:
    "An observation about the candidate's speech, video or answers: what was measured, never a state of mind.",
})
@Entity({ tableName: 'live_insights' })
export class Insight {
  @Field(() => ID)
  @PrimaryKey({ type: 'uuid' })
  id!: string;

  @Property({ type: 'uuid' })
  roundId!: string;

  @Property({ type: 'string' })
  companyId!: string;

  /** Its place in the round's feed, from 1 and without gaps. */
  @Property({ type: 'bigint', runtimeType: 'number' })
  sequence!: number;

  @Field(() => Float, { description: "Milliseconds from the round's start." })
  @Property({ type: 'bigint', runtimeType: 'number' })
  timestampMs!: number;

  @Field(() => InsightTypeEnum)
  @Enum({ items: () => InsightTypeEnum, nativeEnumName: 'insight_type', fieldName: 'insight_type' })
  type!: InsightType;

  @Field(() => AlertSeverityEnum)
  @Enum({ items: () => AlertSeverityEnum, nativeEnumName: 'alert_severity' })
  severity!: AlertSeverity;

  @Field(() => JSONValue, { description: 'The measurement, shaped by type: schema/ documents and validates each.' })
  @Property({ type: 'json' })
  value!: Record<string, unknown>;

  @Field({ description: 'For a person: what was measured, against which threshold.' })
  @Property({ type: 'text' })
  explanation!: string;

  @Field({ description: 'Which analyser and version measured it.' })
  @Property({ type: 'string' })
  source!: string;

  @Field(() => InsightDispositionEnum)
  @Enum({ items: () => InsightDispositionEnum, nativeEnumName: 'insight_disposition' })
  disposition!: InsightDisposition;

  @Field(() => String, { nullable: true })
  @Property({ type: 'string', nullable: true })
  reviewedBy!: string | null;

  @Field(() => String, { nullable: true })
  @Property({ type: 'text', nullable: true })
  reviewNote!: string | null;

  /** The round's revision that the last review made; null until there is one. */
  @Property({ type: 'bigint', runtimeType: 'number', nullable: true })
  reviewedRevision?: number | null;

  @Field(() => DateTime)
  @Property({ type: 'datetime' })
  createdAt!: Date;

  @Field({ description: "Place in the round's feed: give it as `after` to go on from here." })
  get cursor(): string {
    return insightCursor.encode(this.sequence);
  }

  /** The insight as it travels on Redis: to be read, never to be saved. */
  static fromStored({ createdAtMs, ...stored }: StoredInsight, companyId: string): Insight {
    return readOnlyEntity(Insight, { ...stored, companyId, createdAt: new Date(createdAtMs) });
  }

  toStored(): StoredInsight {
    const { companyId: _companyId, reviewedRevision: _reviewedRevision, createdAt, ...rest } = this;
    return { ...rest, createdAtMs: createdAt.getTime() };
  }
}
