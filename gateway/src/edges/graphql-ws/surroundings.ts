/** What all sockets of the edge have in common, and how patient it is with them. */
import type { Logger } from '@interview/runtime/log';
import type { OpenFeeds } from '../../limits/open-feeds.js';
import type { AdmitFeed } from '../../subscriptions/feed-admission.js';
import type { SubscribeFeed } from '../../subscriptions/feed-subscriber.js';
import type { SocketAdmission } from './admission.js';
import type { Deadlines } from './deadlines.js';
import type { Heartbeats } from './heartbeats.js';
import type { FeedSocketMetrics } from './metrics.js';
import type { Turn } from './outbox.js';

export interface Surroundings {
  admission: SocketAdmission;
  admitFeed: AdmitFeed;
  subscribeFeed: SubscribeFeed;
  /** Counts a subscription of this viewer; throws when there are too many. @returns what gives its place back */
  admitSubscription: OpenFeeds['admit'];
  maxSubscriptions: number;
  /** How many subscriptions and renewals one socket may ask for in a minute: each is work, granted or not. */
  asksPerMinute: number;
  patience: Patience;
  deadlines: Deadlines;
  heartbeats: Heartbeats;
  turn: Turn;
  metrics: FeedSocketMetrics;
  log: Logger;
}

export interface Patience {
  /** From the handshake to `connection_init`. */
  initMs: number;
  /** For the answer to a close frame from a peer that may never give one. */
  answerMs: number;
  /** For what was written before the close frame to go, on top of that. */
  finishMs: number;
}
