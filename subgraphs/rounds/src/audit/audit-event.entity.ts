/** An entry of the audit log, which belongs to the database's owner: this subgraph may only read it. */
import { Role } from '@interview/schema/enums';
import { graphEnum } from '@interview/subgraph-kit/graph-enum';
import { DateTime, JSONValue } from '@interview/subgraph-kit/scalars';
import { Entity, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';
import { Field, ID, ObjectType } from 'type-graphql';

export const RoleEnum = graphEnum('Role', Role);

@ObjectType({ description: 'One entry of the append-only audit log. HR, ADMIN.' })
@Entity({ schema: 'audit', tableName: 'events' })
export class AuditEvent {
  @Field(() => ID)
  @PrimaryKey({ type: 'uuid' })
  id!: string;

  @Property({ type: 'string' })
  companyId!: string;

  /** Counts the company's entries, from 1 and without gaps. */
  @Property({ type: 'bigint', runtimeType: 'number' })
  sequence!: number;

  @Field(() => DateTime)
  @Property({ type: 'datetime' })
  at!: Date;

  @Field({ description: "A viewer's id, or the part of the product that acted by itself." })
  @Property({ type: 'string' })
  actorId!: string;

  @Field(() => RoleEnum, { nullable: true })
  @Property({ type: 'text', nullable: true })
  actorRole!: Role | null;

  @Field({
    description:
      'ROUND_CREATED, ROUND_STATUS_CHANGED, CONSENT_GIVEN, CONSENT_WITHDRAWN, VERDICT_SUBMITTED, FRAUD_ALERT_RAISED, RESUME_UPLOADED, RESUME_ACCESSED, …',
  })
  @Property({ type: 'text' })
  action!: string;

  @Field(() => ID, { nullable: true })
  @Property({ type: 'uuid', nullable: true })
  roundId!: string | null;

  @Field(() => JSONValue, { description: 'Ids, codes and enum values; never a name, a text or a note.' })
  @Property({ type: 'json' })
  detail!: unknown;
}
