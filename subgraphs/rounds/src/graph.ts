/** Puts the rounds subgraph together: service, relay, graph. */
import type { SubgraphGraph } from '@interview/subgraph-kit/federation';
import type { Topics } from '@interview/subgraph-kit/feeds/topics';
import type { Foundation } from '@interview/subgraph-kit/start-subgraph';
import { startRoundRelay } from './round.relay.js';
import { roundResolver } from './round.resolver.js';
import { createRoundService, findRound, type RoundService } from './round.service.js';

export function roundsGraph(service: RoundService, topics: Topics): SubgraphGraph {
  return {
    resolvers: [roundResolver(service, topics)],
    references: { Round: ({ id }, { em, viewer }) => findRound(em, viewer, id) },
  };
}

export function openRounds({ orm, redis, topics, log, stopper }: Foundation): SubgraphGraph {
  const relay = startRoundRelay(orm, redis, log);
  stopper.onStop('relay', () => relay.stop());
  return roundsGraph(
    createRoundService(() => relay.kick()),
    topics,
  );
}
