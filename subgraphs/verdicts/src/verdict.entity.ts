/** A verdict: the table and the graph's type in one class. What has no `@Field` stays inside. */
import { VerdictDecision } from '@interview/schema/enums';
import { graphEnum } from '@interview/subgraph-kit/graph-enum';
import { DateTime, JSONValue } from '@interview/subgraph-kit/scalars';
import { Entity, Enum, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';
import { Directive, Field, ID, Int, ObjectType } from 'type-graphql';

export const VerdictDecisionEnum = graphEnum('VerdictDecision', VerdictDecision);

@Directive('@key(fields: "id")')
@ObjectType({ description: "The interviewer's final assessment of a round. One for each round." })
@Entity({ tableName: 'interview_verdicts' })
export class Verdict {
  @Field(() => ID)
  @PrimaryKey({ type: 'uuid' })
  id!: string;

  @Property({ type: 'uuid', unique: true })
  roundId!: string;

  @Property({ type: 'string' })
  companyId!: string;

  @Field({ description: 'Who submitted it: the assigned interviewer, or HR or ADMIN in their place.' })
  @Property({ type: 'string' })
  interviewerId!: string;

  @Field(() => VerdictDecisionEnum)
  @Enum({ items: () => VerdictDecisionEnum, nativeEnumName: 'verdict_decision' })
  decision!: VerdictDecision;

  @Field(() => Int, { description: 'Scores are 1 to 10.' })
  @Property({ type: 'integer' })
  overallScore!: number;

  @Field(() => Int, { nullable: true })
  @Property({ type: 'integer', nullable: true })
  technicalScore!: number | null;

  @Field(() => Int, { nullable: true })
  @Property({ type: 'integer', nullable: true })
  communicationScore!: number | null;

  @Field(() => Int, { nullable: true })
  @Property({ type: 'integer', nullable: true })
  culturalFitScore!: number | null;

  @Field(() => [String])
  @Property({ type: 'json' })
  strengths!: string[];

  @Field(() => [String])
  @Property({ type: 'json' })
  weaknesses!: string[];

  @Field(() => String, { nullable: true })
  @Property({ type: 'text', nullable: true })
  notes!: string | null;

  /** In the graph through `privateNotesFor` (verdict.access.ts) only. */
  @Property({ type: 'text', nullable: true })
  privateNotes!: string | null;

  @Field(() => JSONValue, {
    nullable: true,
    description: 'What the machine had summarised when the verdict was submitted.',
  })
  @Property({ type: 'json', nullable: true })
  aiSummary!: unknown;

  @Field(() => DateTime)
  @Property({ type: 'datetime' })
  submittedAt!: Date;
}
