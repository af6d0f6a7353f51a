/** Puts the verdicts subgraph together: service, graph. */
import type { SubgraphGraph } from '@interview/subgraph-kit/federation';
import type { Foundation } from '@interview/subgraph-kit/start-subgraph';
import { Round } from './round.type.js';
import { verdictResolvers } from './verdict.resolver.js';
import { createVerdictService, type VerdictService } from './verdict.service.js';

export function verdictsGraph(service: VerdictService): SubgraphGraph {
  return {
    resolvers: [...verdictResolvers(service)],
    references: {
      Verdict: ({ id }, context) => service.byId(context, id),
      // The field decides who may see the verdict; that the round exists is rounds' to say.
      Round: ({ id }) => Round.of(id),
    },
  };
}

export function openVerdicts({ topics, log }: Foundation): SubgraphGraph {
  return verdictsGraph(createVerdictService(topics, log));
}
