/** The erasure of a candidate: when it was ordered, and what of it is still to be done. */
import { DateTime } from '@interview/subgraph-kit/scalars';
import { Entity, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';
import { Field, ID, ObjectType } from 'type-graphql';

@ObjectType({ description: "A candidate's erasure, carried out by every subgraph in the background." })
@Entity({ tableName: 'erasures' })
export class Erasure {
  @Field(() => ID)
  @PrimaryKey({ type: 'uuid' })
  id!: string;

  @Property({ type: 'string' })
  companyId!: string;

  @Field()
  @Property({ type: 'string' })
  externalCandidateId!: string;

  @Field(() => DateTime)
  @Property({ type: 'datetime' })
  requestedAt!: Date;

  @Field(() => DateTime, { nullable: true })
  @Property({ type: 'datetime', nullable: true })
  completedAt!: Date | null;
}
