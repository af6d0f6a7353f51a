/** Puts the rounds subgraph together: service, relay, graph. */
import type { SubgraphGraph } from '@interview/subgraph-kit/federation';
import type { Foundation } from '@interview/subgraph-kit/start-subgraph';
import { startRoundRelay } from './round.relay.js';
import { roundResolver } from './round.resolver.js';
import { createRoundService, findRound } from './round.service.js';

export function roundsGraph({ orm, redis, topics, log, stopper }: Foundation): SubgraphGraph {
  const relay = startRoundRelay(orm, redis, log);
  stopper.onStop('relay', () => relay.stop());
  const service = createRoundService(() => relay.kick());
  return {
    resolvers: [roundResolver(service, topics)],
    references: { Round: ({ id }, { em, viewer }) => findRound(em, viewer, id) },
  };
}
