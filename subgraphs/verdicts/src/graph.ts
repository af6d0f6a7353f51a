/** Puts the verdicts subgraph together: service, graph. */
import type { SubgraphGraph } from '@interview/subgraph-kit/federation';
import type { Foundation } from '@interview/subgraph-kit/start-subgraph';
import { Round } from './round.type.js';
import { verdictResolvers } from './verdict.resolver.js';
import { createVerdictService } from './verdict.service.js';

export function verdictsGraph({ topics, log }: Foundation): SubgraphGraph {
  const service = createVerdictService(topics, log);
  return {
    resolvers: [...verdictResolvers(service)],
    references: {
      Verdict: ({ id }, context) => service.byId(context, id),
      // The field decides who may see the verdict; that the round exists is rounds' to say.
      Round: ({ id }) => Round.of(id),
    },
  };
}
