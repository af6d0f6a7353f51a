/** The erasure of a candidate in the graph. */
import type { SubgraphContext } from '@interview/subgraph-kit/context';
import { Arg, Ctx, FieldResolver, ID, Mutation, Query, Resolver, Root } from 'type-graphql';
import { Erasure } from './erasure.entity.js';
import type { ErasureService } from './erasure.service.js';

/** The resolver class, bound to the service. */
export function erasureResolver(service: ErasureService) {
  @Resolver(() => Erasure)
  class ErasureResolver {
    @Query(() => Erasure, { nullable: true, description: 'HR, ADMIN.' })
    erasure(@Ctx() { em, viewer }: SubgraphContext, @Arg('id', () => ID) id: string): Promise<Erasure | null> {
      return service.byId(em, viewer, id);
    }

    @Mutation(() => Erasure, {
      description:
        "HR, ADMIN: erases what is held about a candidate in every subgraph, the audit log's skeleton aside. While it is under way, asking again answers the same erasure.",
    })
    eraseCandidate(
      @Ctx() { em, viewer }: SubgraphContext,
      @Arg('externalCandidateId') externalCandidateId: string,
    ): Promise<Erasure> {
      return service.order(em, viewer, externalCandidateId);
    }

    @FieldResolver(() => [String], { description: 'What is still to be erased, by subgraph; empty when done.' })
    pending(@Root() erasure: Erasure, @Ctx() { em }: SubgraphContext): Promise<string[]> {
      return service.pending(em, erasure);
    }
  }
  return ErasureResolver;
}
