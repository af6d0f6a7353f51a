/** A piece of the transcript. Final ones are stored; an interim one exists only while it is shown. */
import { Speaker } from '@interview/schema/enums';
import type { SegmentResult, StoredSegment } from '@interview/schema/messages';
import { graphEnum } from '@interview/subgraph-kit/graph-enum';
import { readOnlyEntity } from '@interview/subgraph-kit/read-only-entity';
import { Entity, Enum, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';
import { Field, Float, ID, ObjectType } from 'type-graphql';
import { segmentCursor } from '../sequence-cursor.js';

const SpeakerEnum = graphEnum('Speaker', Speaker);

@ObjectType('TranscriptSegment', { simpleResolvers: true })
@Entity({ tableName: 'transcript_segments' })
export class Segment {
  @Field(() => ID)
  @PrimaryKey({ type: 'uuid' })
  id!: string;

  @Field(() => ID)
  @Property({ type: 'uuid' })
  roundId!: string;

  @Property({ type: 'string' })
  companyId!: string;

  /** Its place among the round's segments; an interim one carries the last final one's. */
  @Property({ type: 'bigint', runtimeType: 'number' })
  sequence!: number;

  @Field(() => SpeakerEnum)
  @Enum({ items: () => SpeakerEnum, nativeEnumName: 'speaker' })
  speaker!: Speaker;

  @Field()
  @Property({ type: 'text' })
  text!: string;

  @Field(() => Float, { description: "Milliseconds from the round's start." })
  @Property({ type: 'bigint', runtimeType: 'number' })
  timestampMs!: number;

  @Field(() => Float)
  @Property({ type: 'bigint', runtimeType: 'number' })
  durationMs!: number;

  @Field(() => Float, { nullable: true, description: '0 to 1, as the recogniser gives it.' })
  @Property({ type: 'double', nullable: true })
  confidence!: number | null;

  @Property({ type: 'datetime' })
  createdAt!: Date;

  @Field({
    description:
      "An interim segment is replaced by the next one with the same id; it is not stored and never replayed, and carries the last final one's cursor.",
  })
  get isFinal(): boolean {
    return !this.interim;
  }

  /** Not a column: what is stored is final. */
  interim?: true;

  @Field()
  get cursor(): string {
    return segmentCursor.encode(this.sequence);
  }

  static fromStored({ createdAtMs, ...stored }: StoredSegment, companyId: string): Segment {
    return readOnlyEntity(Segment, { ...stored, companyId, createdAt: new Date(createdAtMs) });
  }

  static fromInterim(result: SegmentResult, companyId: string, lastSequence: number): Segment {
    const { id, roundId, speaker, text, timestampMs, durationMs, confidence } = result;
    return readOnlyEntity(Segment, {
      ...{ id, roundId, companyId, speaker, text, timestampMs, durationMs, confidence },
      sequence: lastSequence,
      createdAt: new Date(result.publishedAtMs),
      interim: true as const,
    });
  }

  toStored(): StoredSegment {
    const { id, roundId, sequence, speaker, text, timestampMs, durationMs, confidence, createdAt } = this;
    return {
      id,
      roundId,
      sequence,
      speaker,
      text,
      timestampMs,
      durationMs,
      confidence,
      createdAtMs: createdAt.getTime(),
    };
  }
}
