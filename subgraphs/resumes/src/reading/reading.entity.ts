/** What was read from a resume file: a row from the moment that the file is kept, empty until it is read. */
import type { ResumeFacts } from '@interview/schema/messages';
import { Entity, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';

@Entity({ tableName: 'candidate_resumes' })
export class ResumeReading {
  @PrimaryKey({ type: 'uuid' })
  id!: string;

  /** Of the file: its `Resume`. */
  @Property({ type: 'uuid', unique: true })
  resumeId!: string;

  @Property({ type: 'uuid', unique: true })
  roundId!: string;

  /** Only read where it is asked for: the graph shows none of it. */
  @Property({ type: 'json', nullable: true, lazy: true })
  resumeJson!: { text: string } | null;

  @Property({ type: 'json', nullable: true })
  keyFacts!: ResumeFacts | null;

  @Property({ type: 'text', nullable: true })
  parseError!: string | null;
}
