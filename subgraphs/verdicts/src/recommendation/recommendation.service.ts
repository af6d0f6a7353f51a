/**
 * When there is a recommendation: the round is COMPLETED, the candidate's consent stands, and something was
 * measured that it may rest on. A cancelled round has no verdict, so it needs none.
 */
import type { SubgraphContext } from '@interview/subgraph-kit/context';
import { EVALUATORS, type RoundAccess, readable } from '@interview/subgraph-kit/round-access';
import type { SqlEntityManager } from '@mikro-orm/postgresql';
import DataLoader from 'dataloader';
import { type BasisInsight, loadBasis } from './basis.js';
import type { VerdictRecommendation } from './recommendation.type.js';
import type { Recommender } from './recommender.js';

export interface RecommendationService {
  /** As things stand now. @throws AppError ACCESS_DENIED */
  ofRound(context: SubgraphContext, roundId: string): Promise<VerdictRecommendation | null>;
  /** The same inside a transaction, for a round that was checked already. */
  within(tx: SqlEntityManager, round: RoundAccess): Promise<VerdictRecommendation | null>;
}

const BASIS = Symbol('basis of a recommendation');

export function createRecommendationService(
  recommender: Recommender,
  now: () => Date = () => new Date(),
): RecommendationService {
  const basisOf = (context: SubgraphContext) =>
    context.loader<string, BasisInsight[]>(
      BASIS,
      () =>
        new DataLoader(async (roundIds) => {
          const basis = await loadBasis(context.em, roundIds);
          return roundIds.map((id) => basis.get(id) ?? []);
        }),
    );

  async function recommend(basis: readonly BasisInsight[]): Promise<VerdictRecommendation | null> {
    const text = await recommender.recommend(basis);
    return text && { ...text, generatedBy: recommender.name, generatedAt: now() };
  }

  return {
    async ofRound(context, roundId) {
      const round = readable(context.viewer, await context.rounds.load(roundId), EVALUATORS);
      return round && hasRecommendation(round) ? recommend(await basisOf(context).load(round.id)) : null;
    },
    async within(tx, round) {
      if (!hasRecommendation(round)) return null;
      const basis = await loadBasis(tx, [round.id]);
      return recommend(basis.get(round.id) ?? []);
    },
  };
}

const hasRecommendation = ({ status, consentGiven }: RoundAccess) => status === 'COMPLETED' && consentGiven;
