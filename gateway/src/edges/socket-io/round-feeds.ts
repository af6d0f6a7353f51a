/**
 * The guide's server events: each is a subscription of the graph and a mapping of its events. They run for
 * those who may see insights; a candidate gets none of them.
 */
import type { Logger } from '@interview/runtime/log';
import type { FormattedExecutionResult } from 'graphql';
import { publicErrorOf } from '../../graph/errors.js';
import { type Feed, FeedEnded, type OpenFeed } from '../../subscriptions/feed.js';
import type { FeedPlanner } from '../../subscriptions/feed-plan.js';
import type { InterviewSocket } from './socket-io.js';

/** What has been read of a subscription's event: its root field. */
type Fields = Record<string, unknown>;

/** A round's insights since the last `insights-aggregated`; older ones are cut off beyond this many. */
const INSIGHTS_PER_AGGREGATE = 500;

/** Messages that wait for a reader who does not keep up; beyond it the connection is ended. */
const MAX_UNSENT = 2000;

interface ServerEvent {
  event: string;
  document: string;
  map: (fields: Fields, roundId: string, recent: unknown[]) => unknown;
}

const SERVER_EVENTS: readonly ServerEvent[] = [
  {
    event: 'insight',
    document: `subscription SocketInsights($roundId: ID!) {
      feed: insightAdded(roundId: $roundId) { timestampMs type severity value explanation }
    }`,
    map: ({ timestampMs, type, severity, value, explanation }, roundId, recent) => {
      const insight = { roundId, timestampMs, insightType: type, severity, value, explanation };
      recent.push(insight);
      if (recent.length > INSIGHTS_PER_AGGREGATE) recent.shift();
      return insight;
    },
  },
  {
    event: 'fraud-alert',
    document: `subscription SocketAlerts($roundId: ID!) {
      feed: fraudAlertRaised(roundId: $roundId) { type severity timestampMs message }
    }`,
    map: ({ type, severity, timestampMs, message }) => ({ type, severity, timestamp: timestampMs, message }),
  },
  {
    event: 'transcript',
    document: `subscription SocketTranscript($roundId: ID!) {
      feed: transcriptUpdated(roundId: $roundId) { speaker text timestampMs confidence isFinal }
    }`,
    map: ({ speaker, text, timestampMs, confidence, isFinal }, roundId) => ({
      roundId,
      speaker: String(speaker).toLowerCase(),
      text,
      timestamp: timestampMs,
      confidence,
      isFinal,
    }),
  },
  {
    event: 'metrics-summary',
    document: `subscription SocketMetrics($roundId: ID!) {
      feed: metricsUpdated(roundId: $roundId) {
        speechConfidence engagementScore hesitationsCount averageResponseTimeMs
      }
    }`,
    map: ({ speechConfidence, engagementScore, hesitationsCount, averageResponseTimeMs }, roundId) => ({
      roundId,
      speechConfidence,
      engagementScore,
      hesitationsCount,
      avgResponseTime: averageResponseTimeMs,
    }),
  },
  {
    event: 'insights-aggregated',
    document: `subscription SocketAggregate($roundId: ID!) {
      feed: aggregateUpdated(roundId: $roundId) { recommendations { category question reason } }
    }`,
    map: ({ recommendations }, roundId, recent) => ({ roundId, insights: recent.splice(0), recommendations }),
  },
];

interface Reader {
  feeds: Map<string, Feed[]>;
  unsent: number;
}

export interface RoundFeeds {
  open(socket: InterviewSocket, roundId: string): void;
  /** Ends the feeds of this round, or of all. */
  close(socket: InterviewSocket, roundId?: string): void;
}

/** @throws FeedRefused when the graph has lost one of the feeds. */
export function createRoundFeeds(options: { planner: FeedPlanner; openFeed: OpenFeed; log: Logger }): RoundFeeds {
  const { planner, openFeed, log } = options;
  const plans = SERVER_EVENTS.map((server) => ({ ...server, plan: planner.plan(server.document) }));
  const readers = new WeakMap<InterviewSocket, Reader>();
  const readerOf = (socket: InterviewSocket): Reader => {
    const reader = readers.get(socket) ?? { feeds: new Map<string, Feed[]>(), unsent: 0 };
    if (!readers.has(socket)) {
      readers.set(socket, reader);
      // Everything has gone to the operating system; a peer that does not read keeps that from happening.
      socket.conn.on('drain', () => {
        reader.unsent = 0;
      });
    }
    return reader;
  };

  const close: RoundFeeds['close'] = (socket, roundId) => {
    const { feeds } = readerOf(socket);
    for (const id of roundId === undefined ? [...feeds.keys()] : [roundId]) {
      for (const feed of feeds.get(id) ?? []) void feed.return();
      feeds.delete(id);
    }
  };
  return {
    close,
    open(socket, roundId) {
      const { viewer } = socket.data;
      if (viewer.role === 'CANDIDATE') return;
      close(socket, roundId);
      const recent: unknown[] = [];
      const reader = readerOf(socket);
      const feeds = plans.map(({ plan, event, map }) => {
        const feed = openFeed({ plan, variables: { roundId }, viewer: () => viewer });
        const emit = (fields: Fields) => {
          reader.unsent += 1;
          if (reader.unsent > MAX_UNSENT) socket.disconnect(true);
          else socket.emit(event, map(fields, roundId, recent));
        };
        void handOn(feed, emit).catch((error: unknown) => {
          const [first] = error instanceof FeedEnded ? error.errors : [publicErrorOf(error, log)];
          socket.emit('error', { code: first?.extensions?.['code'], message: first?.message });
        });
        return feed;
      });
      reader.feeds.set(roundId, feeds);
    },
  };
}

async function handOn(feed: Feed, emit: (fields: Fields) => void): Promise<void> {
  for await (const { data } of feed as AsyncIterable<FormattedExecutionResult>) {
    const fields = data?.['feed'];
    if (typeof fields === 'object' && fields !== null) emit({ ...fields });
  }
}
