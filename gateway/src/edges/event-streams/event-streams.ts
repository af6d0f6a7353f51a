/**
 * The subscriptions that go out as HTTP answers, whatever their format: who may open one, which are open, and how
 * they end when the gateway stops. The edges say what is asked for and how refusals are told.
 */
import type { ServerResponse } from 'node:http';
import { AppError } from '@interview/runtime/errors';
import type { Logger } from '@interview/runtime/log';
import type { Viewer } from '@interview/runtime/viewer';
import type { GraphQLFormattedError } from 'graphql';
import type { LastingEdge } from '../../drain.js';
import { publicErrorOf } from '../../graph/errors.js';
import { type Limits, RateLimited } from '../../limits/limits.js';
import { type AdmitFeed, refusalsOf, type SubscribeRequest } from '../../subscriptions/feed-admission.js';
import type { SubscribeFeed } from '../../subscriptions/feed-subscriber.js';
import { closeSpread } from '../closing-spread.js';
import { EventStream } from './event-stream.js';
import type { StreamFormat } from './stream-format.js';
import type { StreamMetrics } from './stream-metrics.js';

/** When to come again where nobody knows when a place is free: one that ends makes room, another replica is there. */
const RETRY_AFTER_SECONDS = 5;

export interface EventStreamsOptions {
  admitFeed: AdmitFeed;
  subscribeFeed: SubscribeFeed;
  admitConnection: Limits['admitConnection'];
  /** Takes a place for a subscription. @returns what gives it back @throws AppError RATE_LIMITED */
  admitSubscription: (viewer: Viewer) => () => void;
  heartbeatMs: number;
  metrics: StreamMetrics;
  log: Logger;
}

export interface StreamRequest {
  response: ServerResponse;
  format: StreamFormat;
  viewer: Viewer;
  subscribe: SubscribeRequest;
  /** The cursor to go on from, if it was told beside the document. */
  after?: string | undefined;
}

export interface EventStreams extends LastingEdge {
  /**
   * Answers with the events of a subscription.
   * @returns why the document is not run, which is for the edge to tell; undefined when the answer has begun
   * @throws AppError RATE_LIMITED or SERVICE_UNAVAILABLE, with `Retry-After` set
   */
  open(request: StreamRequest): Promise<readonly GraphQLFormattedError[] | undefined>;
}

export function createEventStreams(options: EventStreamsOptions): EventStreams {
  const { admitFeed, subscribeFeed, admitConnection, admitSubscription, heartbeatMs, metrics, log } = options;
  const open = new Set<EventStream>();
  let closing = false;
  metrics.watchUnsent(() => open.values().reduce((bytes, stream) => bytes + stream.backlog(), 0));

  /** @throws AppError when nobody, or not this viewer, is let in now */
  const admit = async (viewer: Viewer) => {
    if (!closing) await admitConnection(viewer);
    if (closing) throw new AppError('SERVICE_UNAVAILABLE', 'This server is about to stop. Come again.');
  };

  return {
    async open({ response, format, viewer, subscribe, after }) {
      let release: () => void;
      try {
        await admit(viewer);
        // Whoever has left meanwhile takes no place.
        if (response.destroyed) return undefined;
        release = admitSubscription(viewer);
      } catch (error) {
        if (error instanceof AppError) {
          const seconds = error instanceof RateLimited ? error.retryAfterSeconds : RETRY_AFTER_SECONDS;
          response.setHeader('Retry-After', String(seconds));
        }
        throw error;
      }
      // Nothing from here on waits, so the document is planned for the graph that it is run on.
      try {
        const { plan, variables } = admitFeed(subscribe);
        const stream = new EventStream({ response, format, viewer, heartbeatMs, metrics, log });
        const leave = subscribeFeed({ plan, variables, ...(after ? { after } : {}), subscriber: stream });
        open.add(stream);
        stream.begin(() => {
          open.delete(stream);
          leave();
          release();
        });
        return undefined;
      } catch (error) {
        release();
        return refusalsOf(error).map((refusal) => publicErrorOf(refusal, log));
      }
    },
    async close(spreadMs) {
      closing = true;
      await closeSpread(open, spreadMs, (stream) => stream.goAway());
    },
  };
}
