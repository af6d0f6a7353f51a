/** Verdicts in the graph: arguments in, one call of the service, the answer out. */
import type { SubgraphContext } from '@interview/subgraph-kit/context';
import { Arg, Ctx, FieldResolver, ID, Mutation, Query, Resolver, Root, Subscription } from 'type-graphql';
import { Round } from './round.type.js';
import { privateNotesFor } from './verdict.access.js';
import { Verdict } from './verdict.entity.js';
import { SubmitVerdictInput } from './verdict.input.js';
import type { VerdictService } from './verdict.service.js';

/** The resolver classes, bound to the service. */
export function verdictResolvers(service: VerdictService) {
  @Resolver(() => Verdict)
  class VerdictResolver {
    @Query(() => Verdict, { nullable: true, description: 'EMPLOYEE assigned, HR, ADMIN.' })
    verdict(@Ctx() context: SubgraphContext, @Arg('roundId', () => ID) roundId: string): Promise<Verdict | null> {
      return service.ofRound(context, roundId);
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
  }

  return [VerdictResolver, RoundResolver] as const;
}
