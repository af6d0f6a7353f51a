/** Verdicts in the graph: arguments in, one call of the service, the answer out. */
import type { SubgraphContext } from '@interview/subgraph-kit/context';
import { connectionOf } from '@interview/subgraph-kit/paging';
import { DateTime } from '@interview/subgraph-kit/scalars';
import {
  Arg,
  Ctx,
  Directive,
  FieldResolver,
  ID,
  Int,
  Mutation,
  Query,
  Resolver,
  Root,
  Subscription,
} from 'type-graphql';
import type { RecommendationService } from './recommendation/recommendation.service.js';
import { VerdictRecommendation } from './recommendation/recommendation.type.js';
import { Round } from './round.type.js';
import { privateNotesFor } from './verdict.access.js';
import { Verdict } from './verdict.entity.js';
import { SubmitVerdictInput } from './verdict.input.js';
import { listVerdicts } from './verdict.list.js';
import type { VerdictService } from './verdict.service.js';

const { ConnectionType: VerdictConnection } = connectionOf('Verdict', Verdict);
type VerdictConnection = InstanceType<typeof VerdictConnection>;

/** The resolver classes, bound to the services. */
export function verdictResolvers(service: VerdictService, recommendations: RecommendationService) {
  @Resolver(() => Verdict)
  class VerdictResolver {
    @Query(() => Verdict, { nullable: true, description: 'EMPLOYEE assigned, HR, ADMIN.' })
    verdict(@Ctx() context: SubgraphContext, @Arg('roundId', () => ID) roundId: string): Promise<Verdict | null> {
      return service.ofRound(context, roundId);
    }

    @Query(() => VerdictConnection, {
      nullable: true,
      description: 'HR, ADMIN: for an ATS that syncs decisions. The oldest submission first.',
    })
    async verdicts(
      @Ctx() context: SubgraphContext,
      @Arg('submittedAfter', () => DateTime, { nullable: true }) submittedAfter?: Date | null,
      @Arg('first', () => Int, { nullable: true, defaultValue: 20 }) first?: number | null,
      @Arg('after', () => String, { nullable: true }) after?: string | null,
    ): Promise<VerdictConnection> {
      return VerdictConnection.of(await listVerdicts(context, { submittedAfter, first, after }));
    }

    @Mutation(() => Verdict, {
      description: 'The assigned interviewer, HR, ADMIN. A second one for the same round is CONFLICT.',
    })
    submitVerdict(
      @Ctx() context: SubgraphContext,
      @Arg('input', () => SubmitVerdictInput) input: SubmitVerdictInput,
    ): Promise<Verdict> {
      return service.submit(context, input);
    }

    @Directive('@startsWithState')
    @Subscription(() => Verdict, {
      description: 'EMPLOYEE assigned, HR, ADMIN. The verdict, at once when there is one.',
      subscribe: ({ args, context }: { args: { roundId: string }; context: SubgraphContext }) =>
        service.feed(context, args.roundId),
    })
    verdictSubmitted(@Root() verdict: Verdict, @Arg('roundId', () => ID) _roundId: string): Verdict {
      return verdict;
    }

    @FieldResolver(() => Round, { nullable: true })
    round(@Root() verdict: Verdict): Round {
      return Round.of(verdict.roundId);
    }

    @FieldResolver(() => String, {
      nullable: true,
      description: 'HR and ADMIN only: null for everyone else, whoever wrote it.',
    })
    privateNotes(@Root() verdict: Verdict, @Ctx() { viewer }: SubgraphContext): string | null {
      return privateNotesFor(viewer, verdict);
    }
  }

  @Resolver(() => Round)
  class RoundResolver {
    @FieldResolver(() => Verdict, {
      nullable: true,
      description: 'EMPLOYEE assigned, HR, ADMIN; null until submitted.',
    })
    verdict(@Root() round: Round, @Ctx() context: SubgraphContext): Promise<Verdict | null> {
      return service.ofRound(context, round.id);
    }

    @FieldResolver(() => VerdictRecommendation, {
      nullable: true,
      description:
        'What the machine would tell the interviewer before they decide. Null until the round has ended, and when nothing was measured.',
    })
    recommendation(@Root() round: Round, @Ctx() context: SubgraphContext): Promise<VerdictRecommendation | null> {
      return recommendations.ofRound(context, round.id);
    }
  }

  return [VerdictResolver, RoundResolver] as const;
}
