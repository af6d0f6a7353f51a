/** What was read from a resume, as fields of it. Who may see the resume may see these. */
import type { SubgraphContext } from '@interview/subgraph-kit/context';
import { entityBy } from '@interview/subgraph-kit/entity-loader';
import { Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import { Resume } from '../resume.entity.js';
import { ResumeFacts } from './facts.type.js';
import { ResumeReading } from './reading.entity.js';

const readingOf = entityBy(ResumeReading, 'resumeId');

@Resolver(() => Resume)
export class ReadingResolver {
  @FieldResolver(() => ResumeFacts, {
    nullable: true,
    description: 'Null while the text is being read, and where it could not be: see parseError.',
  })
  async keyFacts(@Root() resume: Resume, @Ctx() context: SubgraphContext): Promise<ResumeFacts | null> {
    return (await readingOf(context, resume.id))?.keyFacts ?? null;
  }

  @FieldResolver(() => String, {
    nullable: true,
    description: 'Why nothing could be read, or which dates contradict each other: for a person.',
  })
  async parseError(@Root() resume: Resume, @Ctx() context: SubgraphContext): Promise<string | null> {
    return (await readingOf(context, resume.id))?.parseError ?? null;
  }
}
