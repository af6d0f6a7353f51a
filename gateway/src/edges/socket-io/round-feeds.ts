/** Runs the server events of a round for a connection that is in it. */
import type { AppError } from '@interview/runtime/errors';
import type { Logger } from '@interview/runtime/log';
import type { FormattedExecutionResult, GraphQLFormattedError } from 'graphql';
import { isErrorCode, NEUTRAL_MESSAGE, publicErrorOf } from '../../graph/errors.js';
import { type Feed, FeedEnded, type OpenFeed } from '../../subscriptions/feed.js';
import type { FeedPlanner } from '../../subscriptions/feed-plan.js';
import type { ErrorBody } from '../http-errors.js';
import type { InterviewSocket } from './interview-socket.js';
import { type Fields, SERVER_EVENTS, type Sent } from './server-events.js';

export interface RoundFeedsRequest {
  socket: InterviewSocket;
  roundId: string;
  /** Told of events that wait for the reader, in bytes. */
  onWaiting: (bytes: number) => void;
  /** The graph has ended one of the feeds; the others are ended with it. Told once. */
  onEnded: (reason: ErrorBody) => void;
}

/** @returns what ends the feeds, without a word. */
export type OpenRoundFeeds = (request: RoundFeedsRequest) => () => void;

/** @throws FeedRefused when the graph has lost one of the feeds. */
export function createRoundFeeds(options: { planner: FeedPlanner; openFeed: OpenFeed; log: Logger }): OpenRoundFeeds {
  const { planner, openFeed, log } = options;
  const plans = SERVER_EVENTS.map((server) => ({ ...server, plan: planner.plan(server.document) }));

  return ({ socket, roundId, onWaiting, onEnded }) => {
    const sent: Sent = { insights: [] };
    const viewer = () => socket.data.viewer;
    const mine = plans.filter(({ forCandidate }) => forCandidate || viewer().role !== 'CANDIDATE');
    let ended = false;
    const feeds: Feed[] = [];
    const end = () => {
      ended = true;
      for (const feed of feeds) void feed.return();
    };
    for (const { plan, event, map } of mine) {
      const feed = openFeed({ plan, variables: { roundId }, viewer, onWaiting });
      feeds.push(feed);
      const emit = (fields: Fields) => {
        const message = ended ? undefined : map(fields, roundId, sent);
        if (message) socket.emit(event, message);
      };
      handOn(feed, emit).catch((error: unknown) => {
        if (ended) return;
        end();
        onEnded(bodyOf(error instanceof FeedEnded ? error.errors[0] : publicErrorOf(error, log)));
      });
    }
    return end;
  };
}

async function handOn(feed: Feed, emit: (fields: Fields) => void): Promise<void> {
  for await (const { data } of feed as AsyncIterable<FormattedExecutionResult>) {
    const fields = data?.['feed'];
    if (typeof fields === 'object' && fields !== null) emit({ ...fields });
  }
}

/** A feed's error has been made public already; an error of no code would be the graph's own protocol. */
function bodyOf(error: GraphQLFormattedError | undefined): ErrorBody {
  const { code, details } = error?.extensions ?? {};
  if (!error || !isErrorCode(code)) return { code: 'INTERNAL_ERROR', message: NEUTRAL_MESSAGE };
  // `publicError` leaves details of the catalogue's form only.
  return { code, message: error.message, ...(details ? { details: details as AppError['details'] } : {}) };
}
