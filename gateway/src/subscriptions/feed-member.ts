/** One subscriber in a group: where it stands, and what it was given. */
import type { GraphQLFormattedError } from 'graphql';
import type { FeedBatch } from './feed-event.js';
import type { FeedGroup } from './feed-group.js';
import type { FeedPlan, Variables } from './feed-plan.js';
import type { FeedStream } from './feed-stream.js';
import type { FeedSubscriber } from './feed-subscriber.js';

/** What waits for a reader that is being caught up; a part of what its transport allows. */
const FULL_BYTES = 256 * 1024;
const DRAINED_BYTES = 64 * 1024;

/** Where a member begins in a stream, or goes on. */
export interface FeedStart {
  /** The cursor after which; from now on, or from the present state, when absent. */
  after: string | undefined;
  /** It has all that there was: what follows is no replay. */
  live: boolean;
  /** Its feed has been established in a subgraph before. */
  ranBefore: boolean;
}

export class FeedMember {
  /** Kept by the group. */
  group: FeedGroup | undefined;
  /** Where it joins, as long as it is in no stream. Kept by the group. */
  start: FeedStart = { after: undefined, live: true, ranBefore: false };
  /** It waits for its reader, in no stream. Kept by the group. */
  parked = false;
  /** What it receives; none while it is parked. Kept by the stream. */
  stream: FeedStream | undefined;
  /** Counts the stream's hand-outs: it receives those that are later. Kept by the stream. */
  since = 0;
  /** It has left or was ended: nothing of the subscriber is called any more. */
  gone = false;
  /** Whether it is given no more than it reads while it is caught up. */
  paced = true;
  /** The state, as JSON, that it has from before a move to another stream: the same need not be told again. */
  knownState: Buffer | undefined;

  constructor(
    readonly subscriber: FeedSubscriber,
    /** Of its own document: members of a group may have written the same differently. */
    public plan: FeedPlan,
    /** As the client sent them. */
    readonly variables: Variables,
  ) {}

  /** @param after the cursor to go on from */
  begin(after: string | undefined): void {
    this.start = { after, live: after === undefined, ranBefore: false };
  }

  /** More waits for it than a reader is given that is being caught up. */
  get isFull(): boolean {
    return this.paced && this.subscriber.backlog() > FULL_BYTES;
  }

  get hasDrained(): boolean {
    return this.subscriber.backlog() <= DRAINED_BYTES;
  }

  /** A transport that fails costs its own subscriber and nobody else. */
  give(batch: FeedBatch): void {
    if (this.knownState && this.#knows(batch)) return;
    try {
      this.subscriber.events(batch);
    } catch (error) {
      this.group?.transportFailed(this, error);
    }
  }

  /** At its own wish: it hears nothing any more. */
  leave(): void {
    if (this.group) this.group.leave(this);
    this.gone = true;
  }

  /** Looked at once: what comes after the first state is news. */
  #knows({ events }: FeedBatch): boolean {
    const known = this.knownState;
    this.knownState = undefined;
    const [state] = events;
    return events.length === 1 && known !== undefined && state?.json.equals(known) === true;
  }

  end(errors?: readonly GraphQLFormattedError[]): void {
    if (this.gone) return;
    this.gone = true;
    this.subscriber.ended(errors);
  }
}
