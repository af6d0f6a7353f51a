/** The Round entity as this subgraph extends it. */
import { Directive, Field, ID, ObjectType } from 'type-graphql';

@Directive('@key(fields: "id")')
@ObjectType('Round')
export class Round {
  @Field(() => ID)
  id!: string;
}
