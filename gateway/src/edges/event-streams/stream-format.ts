/** What an edge makes of a feed that goes out over HTTP: the bytes of its protocol, and nothing of how they leave. */
import type { GraphQLFormattedError } from 'graphql';
import type { FeedBatch } from '../../subscriptions/feed-event.js';

export type StreamTransport = 'sse' | 'multipart';

export interface StreamFormat {
  readonly transport: StreamTransport;
  readonly contentType: string;
  /** Sent before anything has happened: browsers and proxies hand on nothing before the first byte. */
  opening(): Buffer;
  /** Shows a silent connection's two ends, and whoever is between them, that it lives. */
  readonly heartbeat: Buffer;
  /** Made once for all who receive the batch. */
  events(batch: FeedBatch): Buffer;
  /** The last that is sent: the feed has completed, or has ended with `errors`. */
  ending(errors?: readonly GraphQLFormattedError[]): Buffer;
  /** The last that is sent by a gateway that stops: has the client come back. */
  goingAway(): Buffer;
}
