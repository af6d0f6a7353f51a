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
import { signalResolver } from './signal/signal.resolver.js';
import { createSignalService, type SignalService } from './signal/signal.service.js';
import { createMeetings, type MeetingOf, meetingResolver } from './video/meeting.resolver.js';
import { startRoomClosingJob } from './video/room-closings.js';
import { createRoundRooms } from './video/round-rooms.js';
import { loadVideoProviders, type VideoProviders } from './video/video-providers.js';

export interface RoundsServices {
  rounds: RoundService;
  erasures: ErasureService;
  meetingOf: MeetingOf;
  signals: SignalService;
  topics: Topics;
}

export function roundsGraph({ rounds, erasures, meetingOf, signals, topics }: RoundsServices): SubgraphGraph {
  return {
    resolvers: [
      roundResolver(rounds, topics),
      AuditResolver,
      erasureResolver(erasures),
      meetingResolver(meetingOf),
      signalResolver(signals),
    ],
    references: { Round: ({ id }, context) => findRound(context, id) },
  };
}

/** With the rooms that the settings name. */
export function openRounds(foundation: Foundation): SubgraphGraph {
  return openRoundsWith(foundation, loadVideoProviders(foundation.internalKey));
}

/** The subgraph over rooms of the caller's choice. */
export function openRoundsWith(foundation: Foundation, providers: VideoProviders): SubgraphGraph {
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
  const closings = startRoomClosingJob({ orm, providers, log });
  stopper.onStop('room closings', () => closings.stop());

  const ordered = async () => {
    await kick();
    // Whoever misses it looks by itself a few seconds later.
    await topics.publish(channels.erasures, {}).catch((error: unknown) => {
      log.warn({ err: error }, 'an erasure could not be announced');
    });
  };
  return roundsGraph({
    rounds: createRoundService({ kick, rooms: createRoundRooms(providers, log) }),
    erasures: createErasureService(ordered),
    meetingOf: createMeetings(providers, log),
    signals: createSignalService({ redis, topics, log }),
    topics,
  });
}
