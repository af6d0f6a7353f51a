/** A round and its questions: the table and the graph's type in one class. What has no `@Field` stays inside. */
import { InterviewMode, InterviewRoundType, RoundStatus } from '@interview/schema/enums';
import { graphEnum } from '@interview/subgraph-kit/graph-enum';
import type { RoundAccess } from '@interview/subgraph-kit/round-access';
import { DateTime } from '@interview/subgraph-kit/scalars';
import { Collection, type Opt } from '@mikro-orm/core';
import { Entity, Enum, ManyToOne, OneToMany, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';
import { Directive, Field, ID, Int, ObjectType } from 'type-graphql';
import { hasEnded } from './round.lifecycle.js';
import type { VideoProvider } from './video/video-rooms.js';

const InterviewRoundTypeEnum = graphEnum('InterviewRoundType', InterviewRoundType);
const InterviewModeEnum = graphEnum('InterviewMode', InterviewMode);
export const RoundStatusEnum = graphEnum('RoundStatus', RoundStatus);
export { InterviewModeEnum, InterviewRoundTypeEnum };

@ObjectType()
export class Consent {
  @Field()
  given!: boolean;
  @Field(() => DateTime, { nullable: true, description: 'When it was last given or withdrawn.' })
  at!: Date | null;
}

@Directive('@key(fields: "id")')
@ObjectType({
  simpleResolvers: true,
  description: 'A single interview session within a multi-stage interview process.',
})
@Entity({ tableName: 'interview_rounds' })
export class Round {
  @Field(() => ID)
  @PrimaryKey({ type: 'uuid' })
  id!: string;

  @Property({ type: 'string', fieldName: 'company_id' })
  companyId!: string;

  @Field()
  @Property({ type: 'string' })
  externalInterviewId!: string;

  @Field()
  @Property({ type: 'string' })
  externalCandidateId!: string;

  @Field(() => String, { nullable: true })
  @Property({ type: 'string', nullable: true })
  externalInterviewerId!: string | null;

  @Field()
  @Property({ type: 'string' })
  externalJobRoleId!: string;

  @Field(() => Int, { description: 'From 1.' })
  @Property({ type: 'integer' })
  roundNumber!: number;

  @Field(() => InterviewRoundTypeEnum)
  @Enum({ items: () => InterviewRoundTypeEnum, nativeEnumName: 'interview_round_type' })
  roundType!: InterviewRoundType;

  @Field(() => InterviewModeEnum)
  @Enum({ items: () => InterviewModeEnum, nativeEnumName: 'interview_mode' })
  interviewMode!: InterviewMode;

  @Field(() => RoundStatusEnum)
  @Enum({ items: () => RoundStatusEnum, nativeEnumName: 'round_status' })
  status: RoundStatus & Opt = 'SCHEDULED';

  /** Who carries the call, and the room's id there: neither ever changes. */
  @Property({ type: 'string' })
  videoProvider!: VideoProvider;

  @Property({ type: 'string' })
  videosdkMeetingId!: string;

  @Field(() => DateTime, { nullable: true })
  @Property({ type: 'datetime', nullable: true })
  scheduledAt!: Date | null;

  @Field(() => Int)
  @Property({ type: 'integer' })
  scheduledDurationMinutes!: number;

  @Field(() => DateTime, { nullable: true })
  @Property({ type: 'datetime', nullable: true })
  startedAt!: Date | null;

  @Field(() => DateTime, { nullable: true })
  @Property({ type: 'datetime', nullable: true })
  endedAt!: Date | null;

  @Property({ type: 'boolean' })
  candidateConsentGiven: boolean & Opt = false;

  @Property({ type: 'datetime', nullable: true })
  candidateConsentTimestamp!: Date | null;

  @Field(() => DateTime)
  @Property({ type: 'datetime' })
  createdAt!: Date;

  @Field(() => DateTime)
  @Property({ type: 'datetime' })
  updatedAt!: Date;

  /** Grows with each change: an older state never overtakes a newer one. */
  @Property({ type: 'integer' })
  version: number & Opt = 1;

  /** Set while the candidate is being erased: to everyone the round does not exist any more. */
  @Property({ type: 'uuid', fieldName: 'erasure_id', nullable: true })
  erasure: (string & Opt) | null = null;

  @OneToMany(
    () => Question,
    (question) => question.round,
    { orderBy: { askedAt: 'asc', id: 'asc' } },
  )
  askedQuestions = new Collection<Question>(this);

  /** Set by `create` on the round that it made, never on one that was read. */
  madeHere?: true;

  @Field(() => Boolean, {
    description:
      'True only in the answer of the createRound that made the round: creating the same again answers false.',
  })
  get justCreated(): boolean & Opt {
    return this.madeHere === true;
  }

  @Field(() => Consent)
  get consent(): Consent & Opt {
    return { given: this.candidateConsentGiven, at: this.candidateConsentTimestamp };
  }

  /** The lifecycle's table has been asked by now; this keeps the round's times with its status. */
  moveTo(status: RoundStatus, at: Date): void {
    if (status === this.status) return;
    if (hasEnded(status) && this.status === 'IN_PROGRESS') this.endedAt = at;
    if (status === 'IN_PROGRESS') this.startedAt = at;
    this.status = status;
  }

  /** The round as access rules see it, from the row itself. */
  access(): RoundAccess {
    return {
      id: this.id,
      companyId: this.companyId,
      candidateId: this.externalCandidateId,
      interviewerId: this.externalInterviewerId,
      status: this.status,
      mode: this.interviewMode,
      consentGiven: this.candidateConsentGiven,
      startedAtMs: this.startedAt?.getTime() ?? null,
    };
  }
}

@ObjectType({
  description:
    'A question that was put to the candidate: response latency counts from it, response quality is measured against it.',
})
@Entity({ tableName: 'round_questions' })
export class Question {
  @Field(() => ID)
  @PrimaryKey({ type: 'uuid' })
  id!: string;

  @ManyToOne(() => Round, { fieldName: 'round_id' })
  round!: Round;

  @Property({ type: 'string' })
  companyId!: string;

  @Field()
  @Property({ type: 'text' })
  text!: string;

  @Field(() => DateTime)
  @Property({ type: 'datetime' })
  askedAt!: Date;
}
