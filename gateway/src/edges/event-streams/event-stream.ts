/**
 * One subscription whose events are the body of an HTTP answer: how its bytes leave, and everything that may end it.
 * What the bytes are is the format's business.
 */
import type { ServerResponse } from 'node:http';
import { AppError } from '@interview/runtime/errors';
import type { Logger } from '@interview/runtime/log';
import type { Viewer } from '@interview/runtime/viewer';
import type { GraphQLFormattedError } from 'graphql';
import { toGraphQLError } from '../../graph/errors.js';
import type { FeedBatch } from '../../subscriptions/feed-event.js';
import type { FeedSubscriber } from '../../subscriptions/feed-subscriber.js';
import type { StreamFormat } from './stream-format.js';
import type { StreamMetrics } from './stream-metrics.js';

/** What may wait for one reader; over that it is cut off, so that it costs the others nothing. One for whom nothing waits may be sent anything. */
const MAX_WAITING_BYTES = 1024 * 1024;
/** How long the last bytes may take to leave. */
const LAST_BYTES_MS = 2000;
/** setTimeout's largest delay; a token that lives longer is looked at again. */
const MAX_TIMER_MS = 2 ** 31 - 1;

const TOKEN_ENDED = toGraphQLError(
  new AppError('INVALID_TOKEN', 'The token has expired. Come back with a new one, and the last cursor.'),
).toJSON();

export interface EventStreamOptions {
  response: ServerResponse;
  format: StreamFormat;
  viewer: Viewer;
  /** After so long a silence it shows that it lives, in milliseconds. */
  heartbeatMs: number;
  metrics: StreamMetrics;
  log: Logger;
}

export class EventStream implements FeedSubscriber {
  /** Resolves when the connection is no more. */
  readonly closed: Promise<void>;
  #onStop: (() => void) | undefined;
  #heartbeat: NodeJS.Timeout | undefined;
  #tokenEnd: NodeJS.Timeout | undefined;

  constructor(private readonly options: EventStreamOptions) {
    const { response, log } = options;
    this.closed = new Promise((resolve) => {
      response.once('close', () => {
        this.#stop();
        resolve();
      });
    });
    // Whoever goes away while something is written to them; the close that follows ends the subscription.
    response.on('error', (error) => log.debug({ reason: error.message }, 'an event stream failed'));
  }

  /** @param onStop called once, when nothing is to be sent any more: leaves the feed */
  begin(onStop: () => void): void {
    const { response, format, heartbeatMs, metrics } = this.options;
    this.#onStop = onStop;
    metrics.opened(format.transport, 1);
    writeHead(response, format);
    this.#write(format.opening());
    this.#heartbeat = setInterval(() => this.#write(format.heartbeat), heartbeatMs);
    this.#endWithToken();
  }

  viewer(): Viewer {
    return this.options.viewer;
  }

  backlog(): number {
    return this.options.response.writableLength;
  }

  events(batch: FeedBatch): void {
    const { format, metrics } = this.options;
    const bytes = format.events(batch);
    this.#write(bytes);
    metrics.sent(format.transport, batch.events.length, bytes.length);
    this.#heartbeat?.refresh();
  }

  ended(errors?: readonly GraphQLFormattedError[]): void {
    this.#end(this.options.format.ending(errors));
  }

  /** Ends the stream so that its client comes back, to whoever serves then. Resolves when the connection is no more. */
  goAway(): Promise<void> {
    this.#end(this.options.format.goingAway());
    return this.closed;
  }

  #write(bytes: Buffer): void {
    const { response, format, metrics } = this.options;
    if (!this.#onStop) return;
    if (!this.#exceeds(bytes.length)) {
      response.write(bytes);
      return;
    }
    metrics.slowReader(format.transport);
    this.#stop();
    response.destroy();
  }

  /** Asked before the write: after it all of it waits until the turn has ended, however quick the reader. */
  #exceeds(bytes: number): boolean {
    const { response } = this.options;
    const over = () => response.writableLength > 0 && response.writableLength + bytes > MAX_WAITING_BYTES;
    if (!over()) return false;
    // What was written in this turn has not been offered to the operating system yet.
    response.socket?.uncork();
    return over();
  }

  #end(last: Buffer): void {
    const { response } = this.options;
    if (!this.#onStop) return;
    this.#stop();
    response.end(last);
    // Whoever does not read may never take the end either.
    const limit = setTimeout(() => response.destroy(), LAST_BYTES_MS);
    response.once('close', () => clearTimeout(limit));
  }

  #stop(): void {
    const onStop = this.#onStop;
    if (!onStop) return;
    this.#onStop = undefined;
    clearInterval(this.#heartbeat);
    clearTimeout(this.#tokenEnd);
    this.options.metrics.opened(this.options.format.transport, -1);
    onStop();
  }

  /** A request carries one token, so this cannot be renewed in place as on a WebSocket. */
  #endWithToken(): void {
    const leftMs = this.options.viewer.expiresAt * 1000 - Date.now();
    this.#tokenEnd = setTimeout(
      () => {
        if (leftMs > MAX_TIMER_MS) this.#endWithToken();
        else this.ended([TOKEN_ENDED]);
      },
      Math.min(Math.max(leftMs, 0), MAX_TIMER_MS),
    );
  }
}

/** A stream of nothing but its end. */
export function endAtOnce(
  response: ServerResponse,
  format: StreamFormat,
  errors: readonly GraphQLFormattedError[],
): void {
  writeHead(response, format);
  response.end(format.ending(errors));
}

function writeHead(response: ServerResponse, format: StreamFormat): void {
  response.writeHead(200, {
    'Content-Type': format.contentType,
    // A proxy that compressed it would collect what is to leave at once; nginx collects unless it is told not to.
    'Cache-Control': 'no-store, no-transform',
    'X-Accel-Buffering': 'no',
    // Its end, said or not, is the end of the connection, so no later request meets one that is about to be closed.
    Connection: 'close',
  });
}
