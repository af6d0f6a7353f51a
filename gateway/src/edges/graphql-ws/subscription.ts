/** One subscription of a socket, as the feed sees it: what it is given becomes messages under the subscription's id. */
import type { Viewer } from '@interview/runtime/viewer';
import type { GraphQLFormattedError } from 'graphql';
import type { FeedBatch } from '../../subscriptions/feed-event.js';
import type { FeedSubscriber } from '../../subscriptions/feed-subscriber.js';
import { framesOf, type WireId, wireId } from './frames.js';
import type { Outbox } from './outbox.js';

/** The socket that carries a subscription. */
export interface Carrier {
  readonly outbox: Outbox;
  viewer(): Viewer;
  /** The feed ended this subscription. */
  ended(subscription: Subscription, errors: readonly GraphQLFormattedError[] | undefined): void;
}

export class Subscription implements FeedSubscriber {
  readonly #wireId: WireId;
  /** The carrier's, at hand for each event. */
  readonly #outbox: Outbox;
  #release: (() => void) | undefined;
  #leave: (() => void) | undefined;
  #over = false;

  constructor(
    private readonly carrier: Carrier,
    readonly id: string,
  ) {
    this.#wireId = wireId(id);
    this.#outbox = carrier.outbox;
  }

  /**
   * Joins the feed, which may give events and even end before `join` returns.
   * @param release called once, when the subscription is over
   */
  start(join: (subscriber: FeedSubscriber) => () => void, release: () => void): void {
    this.#release = release;
    const leave = join(this);
    if (this.#over) leave();
    else this.#leave = leave;
  }

  /** Ends it from this side; nothing is sent for it any more. */
  stop(): void {
    this.#finish();
  }

  viewer(): Viewer {
    return this.carrier.viewer();
  }

  events(batch: FeedBatch): void {
    if (this.#over) return;
    this.#outbox.events(framesOf(batch, this.#wireId.length), this.#wireId);
  }

  backlog(): number {
    return this.#outbox.unsent;
  }

  ended(errors?: readonly GraphQLFormattedError[]): void {
    if (this.#over) return;
    this.#leave = undefined;
    this.#finish();
    this.carrier.ended(this, errors);
  }

  #finish(): void {
    if (this.#over) return;
    this.#over = true;
    this.#leave?.();
    this.#leave = undefined;
    this.#release?.();
    this.#release = undefined;
  }
}
