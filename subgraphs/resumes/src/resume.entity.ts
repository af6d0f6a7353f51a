/** A round's resume file: the table and the graph's type in one class. What has no `@Field` stays inside. */
import { DateTime } from '@interview/subgraph-kit/scalars';
import { Entity, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';
import { Directive, Field, ID, Int, ObjectType } from 'type-graphql';

@Directive('@key(fields: "id")')
@ObjectType({
  description: "The resume that the candidate of a round gave, or that was given on the candidate's behalf.",
})
@Entity({ tableName: 'candidate_resume_files' })
export class Resume {
  @Field(() => ID)
  @PrimaryKey({ type: 'uuid' })
  id!: string;

  @Field()
  @Property({ type: 'string' })
  externalCandidateId!: string;

  @Field(() => ID)
  @Property({ type: 'uuid', unique: true })
  roundId!: string;

  @Property({ type: 'string' })
  companyId!: string;

  @Field({ description: 'As the uploader named it, without what a name must not contain.' })
  @Property({ type: 'string' })
  fileName!: string;

  /** The name of the file within the file store: it begins with the round's id. */
  @Property({ type: 'text', unique: true })
  filePath!: string;

  @Field({ description: '/api/resumes/files/…, served only to who may read it.' })
  @Property({ type: 'text' })
  fileUrl!: string;

  @Field()
  @Property({ type: 'string' })
  mimeType!: string;

  @Field(() => Int)
  @Property({ type: 'integer' })
  sizeBytes!: number;

  /** Of the file's content, in hexadecimal. */
  @Property({ type: 'string' })
  sha256!: string;

  /** What opens the file in the store, wrapped by a master key. */
  @Property({ type: 'blob' })
  wrappedKey!: Uint8Array;

  @Field(() => DateTime)
  @Property({ type: 'datetime' })
  createdAt!: Date;
}
