/** One subscriber in a group: where it stands, and what it was given. */
import type { GraphQLFormattedError } from 'graphql';
import type { FeedBatch } from './feed-event.js';
import type { FeedStream } from './feed-stream.js';
import type { FeedSubscriber } from './feed-subscriber.js';

/** What waits for a reader that is being caught up; a part of what its transport allows. */
const FULL_BYTES = 256 * 1024;
const DRAINED_BYTES = 64 * 1024;

export class FeedMember {
  /** What it receives; none while it is parked. Kept by the stream. */
  stream: FeedStream | undefined;
  /** Counts the stream's hand-outs: it receives those that are later. Kept by the stream. */
  since = 0;
  /** It has left or was ended: nothing of the subscriber is called any more. */
  gone = false;
  /** Whether it is given no more than it reads while it is caught up. */
  paced = true;

  constructor(
    readonly subscriber: FeedSubscriber,
    /** Told when the subscriber failed to take a batch, and is to be ended. */
    private readonly failed: (member: FeedMember, error: unknown) => void,
  ) {}

  /** More waits for it than a reader is given that is being caught up. */
  get isFull(): boolean {
    return this.paced && this.subscriber.backlog() > FULL_BYTES;
  }

  get hasDrained(): boolean {
    return this.subscriber.backlog() <= DRAINED_BYTES;
  }

  /** A transport that fails costs its own subscriber and nobody else. */
  give(batch: FeedBatch): void {
    try {
      this.subscriber.events(batch);
    } catch (error) {
      this.failed(this, error);
    }
  }

  end(errors?: readonly GraphQLFormattedError[]): void {
    if (this.gone) return;
    this.gone = true;
    this.subscriber.ended(errors);
  }
}
