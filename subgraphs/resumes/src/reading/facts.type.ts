/** Key facts as the graph shows them; the values are those of schema/src/messages.ts (`ResumeFacts`). */
import { Field, Float, ObjectType } from 'type-graphql';

@ObjectType({ description: 'A skill that the resume names.' })
export class SkillFact {
  @Field()
  name!: string;

  @Field(() => Float, { nullable: true, description: 'Only where the resume states them.' })
  years!: number | null;

  @Field({ description: 'The words of the resume that this rests on.' })
  quote!: string;
}

@ObjectType({ description: 'A position that the resume says was held.' })
export class PositionFact {
  @Field(() => String, { nullable: true })
  employer!: string | null;

  @Field(() => String, { nullable: true })
  title!: string | null;

  @Field(() => String, { nullable: true, description: '`2019-03`, or `2019` where no month is written.' })
  start!: string | null;

  @Field(() => String, { nullable: true, description: 'The same, or `present`.' })
  end!: string | null;

  @Field({ description: 'The words of the resume that this rests on.' })
  quote!: string;
}

@ObjectType({ description: 'What was read from a resume by rule. As written: nothing is corrected.' })
export class ResumeFacts {
  @Field(() => [SkillFact])
  skills!: SkillFact[];

  @Field(() => [PositionFact])
  positions!: PositionFact[];

  @Field(() => Float, {
    nullable: true,
    description: 'What the positions cover together, overlaps once; without dated positions, what the resume states.',
  })
  totalYearsExperience!: number | null;
}
