/** Puts the rounds subgraph together: services, relay, jobs, graph. */
import { loadSettings } from '@interview/runtime/settings';
import { channels } from '@interview/schema/keys';
import type { SubgraphGraph } from '@interview/subgraph-kit/federation';
import type { Topics } from '@interview/subgraph-kit/feeds/topics';
import { sweepDaily } from '@interview/subgraph-kit/retention';
import type { Foundation } from '@interview/subgraph-kit/start-subgraph';
import { AuditResolver } from './audit/audit.resolver.js';
import { startErasureJob } from './erasure/erasure.job.js';
import { erasureResolver } from './erasure/erasure.resolver.js';
import { createErasureService, type ErasureService } from './erasure/erasure.service.js';
import { startNoShowJob } from './no-show.js';
import { startRoundRelay } from './round.relay.js';
import { roundResolver } from './round.resolver.js';
import { roundSweep } from './round.retention.js';
import { createRoundService, findRound, type RoundService } from './round.service.js';

export interface RoundsServices {
  rounds: RoundService;
  erasures: ErasureService;
  topics: Topics;
}

export function roundsGraph({ rounds, erasures, topics }: RoundsServices): SubgraphGraph {
  return {
    resolvers: [roundResolver(rounds, topics), AuditResolver, erasureResolver(erasures)],
    references: { Round: ({ id }, context) => findRound(context, id) },
  };
}

export function openRounds(foundation: Foundation): SubgraphGraph {
  const { orm, redis, topics, log, stopper } = foundation;
  const { NO_SHOW_GRACE_MINUTES } = loadSettings(['NO_SHOW_GRACE_MINUTES']);
  const relay = startRoundRelay(orm, redis, log);
  stopper.onStop('relay', () => relay.stop());
  const kick = () => relay.kick();

  const noShows = startNoShowJob({ orm, graceMinutes: NO_SHOW_GRACE_MINUTES, kick, log });
  stopper.onStop('no-shows', () => noShows.stop());
  const erasures = startErasureJob({ orm, redis, topics, log });
  stopper.onStop('erasures', () => erasures.stop());
  sweepDaily(foundation, 'rounds', roundSweep(redis));

  const ordered = async () => {
    await kick();
    // Whoever misses it looks by itself a few seconds later.
    await topics.publish(channels.erasures, {}).catch((error: unknown) => {
      log.warn({ err: error }, 'an erasure could not be announced');
    });
  };
  return roundsGraph({ rounds: createRoundService(kick), erasures: createErasureService(ordered), topics });
}
