/** How an analyser of a round is doing: its latest word only. */
import { AnalyserState } from '@interview/schema/enums';
import { graphEnum } from '@interview/subgraph-kit/graph-enum';
import { DateTime } from '@interview/subgraph-kit/scalars';
import { Entity, Enum, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';
import { Field, ObjectType } from 'type-graphql';

const AnalyserStateEnum = graphEnum('AnalyserState', AnalyserState);

@ObjectType()
@Entity({ tableName: 'analyser_statuses' })
export class AnalyserStatus {
  @PrimaryKey({ type: 'uuid' })
  roundId!: string;

  @Field({ description: 'speech, video, fraud, nlp or aggregator.' })
  @PrimaryKey({ type: 'string' })
  service!: string;

  @Property({ type: 'string' })
  companyId!: string;

  @Field(() => AnalyserStateEnum)
  @Enum({ items: () => AnalyserStateEnum, nativeEnumName: 'analyser_state' })
  state!: AnalyserState;

  @Field(() => String, { nullable: true })
  @Property({ type: 'text', nullable: true })
  detail!: string | null;

  @Field(() => DateTime)
  @Property({ type: 'datetime' })
  since!: Date;
}
