/** The round as this subgraph knows it: an id, to which it adds the resume. Rounds owns everything else. */
import { Directive, Field, ID, ObjectType } from 'type-graphql';

@Directive('@key(fields: "id")')
@ObjectType()
export class Round {
  @Field(() => ID)
  id!: string;

  static of(id: string): Round {
    return Object.assign(new Round(), { id });
  }
}
