/** What a transport is to a feed, and a feed to a transport: the one interface between `subscriptions/` and the edges. */
import type { Viewer } from '@interview/runtime/viewer';
import type { GraphQLFormattedError } from 'graphql';
import type { FeedBatch } from './feed-event.js';
import type { FeedPlan, Variables } from './feed-plan.js';

/** One subscription of one client. */
export interface FeedSubscriber {
  /** Who reads at this moment: a renewed token has a later end, and is another object. */
  viewer(): Viewer;
  /**
   * Takes events, in order; called synchronously. What cannot be sent at once is the transport's to keep, and to
   * bound: who is over the bound is closed by the transport.
   */
  events(batch: FeedBatch): void;
  /** Bytes that were taken and have not left yet. Whoever is being caught up is given no more than fits. */
  backlog(): number;
  /** Nothing comes any more: the feed completed, or was refused or failed with `errors`. Called once at most. */
  ended(errors?: readonly GraphQLFormattedError[]): void;
}

export interface FeedRequest {
  plan: FeedPlan;
  variables: Variables;
  /** Where to go on from, told beside the document (`Last-Event-ID`); it wins over the document's own `after`. */
  after?: string;
  subscriber: FeedSubscriber;
}

/** Joins a feed. @returns what leaves it: at once, and nothing of the subscriber is called after that. */
export type SubscribeFeed = (request: FeedRequest) => () => void;
