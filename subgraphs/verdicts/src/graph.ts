/** Puts the verdicts subgraph together: services, graph, what removes verdicts. */
import { eraseOnRequest } from '@interview/subgraph-kit/erasure';
import type { SubgraphGraph } from '@interview/subgraph-kit/federation';
import { sweepDaily } from '@interview/subgraph-kit/retention';
import type { Foundation } from '@interview/subgraph-kit/start-subgraph';
import { createRecommendationService, type RecommendationService } from './recommendation/recommendation.service.js';
import { rulesRecommender } from './recommendation/rules.recommender.js';
import { Round } from './round.type.js';
import { eraseVerdicts, sweepVerdicts } from './verdict.removal.js';
import { verdictResolvers } from './verdict.resolver.js';
import { createVerdictService, type VerdictService } from './verdict.service.js';

export interface VerdictsServices {
  verdicts: VerdictService;
  recommendations: RecommendationService;
}

export function verdictsGraph({ verdicts, recommendations }: VerdictsServices): SubgraphGraph {
  return {
    resolvers: [...verdictResolvers(verdicts, recommendations)],
    references: {
      Verdict: ({ id }, context) => verdicts.byId(context, id),
      // Each field decides who may see it; that the round exists is rounds' to say.
      Round: ({ id }) => Round.of(id),
    },
  };
}

export function openVerdicts(foundation: Foundation): SubgraphGraph {
  const { topics, log } = foundation;
  const recommendations = createRecommendationService(rulesRecommender);
  eraseOnRequest(foundation, 'verdicts', eraseVerdicts);
  sweepDaily(foundation, 'verdicts', sweepVerdicts);
  return verdictsGraph({ verdicts: createVerdictService({ topics, recommendations, log }), recommendations });
}
