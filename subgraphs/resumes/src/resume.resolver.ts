/** Resumes in the graph. They come in over HTTP (resume.routes.ts): GraphQL carries no files. */
import type { SubgraphContext } from '@interview/subgraph-kit/context';
import { Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import { Resume } from './resume.entity.js';
import type { ResumeService } from './resume.service.js';
import { Round } from './round.type.js';

/** The resolver class, bound to the service. */
export function roundResolver(service: ResumeService) {
  @Resolver(() => Round)
  class RoundResolver {
    @FieldResolver(() => Resume, {
      nullable: true,
      description: 'EMPLOYEE assigned, HR, ADMIN; the candidate sees their own.',
    })
    resume(@Root() round: Round, @Ctx() context: SubgraphContext): Promise<Resume | null> {
      return service.ofRound(context, round.id);
    }
  }
  return RoundResolver;
}
