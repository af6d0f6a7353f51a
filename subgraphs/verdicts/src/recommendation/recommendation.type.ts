/** What the machine would tell the interviewer before they decide. */
import { DateTime } from '@interview/subgraph-kit/scalars';
import { Field, ID, ObjectType } from 'type-graphql';

@ObjectType({ description: 'What was measured, in sentences. It recommends no decision: a person decides.' })
export class VerdictRecommendation {
  @Field()
  summary!: string;
  @Field(() => [String])
  strengths!: string[];
  @Field(() => [String])
  concerns!: string[];
  @Field(() => [ID], { description: 'The insights each sentence rests on.' })
  insightIds!: string[];
  @Field({ description: 'Rule set or model, and its version.' })
  generatedBy!: string;
  @Field(() => DateTime)
  generatedAt!: Date;
}
