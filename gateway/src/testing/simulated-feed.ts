/**
 * A subgraph's resumable feed without a network: stored events with gapless numbers of which the feed shows some,
 * events that pass, and messages that arrive when the test says so. It keeps the protocol that the product's subgraphs
 * keep with the gateway, and connections that are cut lose what is on its way.
 */
import type { FormattedExecutionResult } from 'graphql';
import type { UpstreamSink } from '../subscriptions/subgraph-socket.js';

export interface StoredEvent {
  id: string;
  sequence: number;
}

interface OpenFeed {
  sink: UpstreamSink;
  /** Stored events up to here were sent. */
  position: number;
  /** It knows where it begins. */
  begun: boolean;
  onTheWay: FormattedExecutionResult[];
}

export class SimulatedFeed {
  /** What the feed shows of what is stored. */
  readonly shown: StoredEvent[] = [];
  /** Requests so far, by the cursor that each began after. */
  readonly requested: (string | undefined)[] = [];
  #head = 0;
  #passed = 0;
  readonly #open: OpenFeed[] = [];

  /** The number of the last stored event, shown or not. */
  get head(): number {
    return this.#head;
  }

  get open(): number {
    return this.#open.length;
  }

  /** Whether one is to start "now" and has not been told when that was. */
  get startless(): boolean {
    return this.#open.some((feed) => !feed.begun);
  }

  /** As `SubgraphSocket` does it. */
  subscribe(sink: UpstreamSink): () => void {
    const feed: OpenFeed = { sink, position: 0, begun: false, onTheWay: [] };
    this.#open.push(feed);
    this.#request(feed);
    return () => {
      const at = this.#open.indexOf(feed);
      if (at >= 0) this.#open.splice(at, 1);
    };
  }

  store(shown: boolean): void {
    this.#head += 1;
    if (shown) this.shown.push({ id: `event ${this.#head}`, sequence: this.#head });
    for (const feed of this.#open) this.#send(feed);
  }

  /** Tells something that is not stored, under the cursor of what was stored last. */
  pass(): void {
    this.#passed += 1;
    const message = eventOf(`passing ${this.#passed}`, String(this.#head));
    for (const feed of this.#open) feed.onTheWay.push(message);
  }

  /** Lets messages of one of the open feeds arrive. */
  arrive(which: number, count: number): void {
    const feed = this.#open[which % Math.max(1, this.#open.length)];
    for (const message of feed?.onTheWay.splice(0, count) ?? []) {
      // It may have been ended by the one before.
      if (!feed || !this.#open.includes(feed)) return;
      feed.begun = true;
      feed.sink.next(message, 200);
    }
  }

  /** @returns whether there was anything */
  arriveAll(): boolean {
    const waiting = this.#open.some(({ onTheWay }) => onTheWay.length > 0);
    for (const feed of [...this.#open]) this.arrive(this.#open.indexOf(feed), feed.onTheWay.length);
    return waiting;
  }

  /**
   * The connection is lost and comes back: each feed is asked for anew, from where its reader is.
   * @returns whether one was to start "now" and had not been told when that was: it starts later
   */
  cut(): boolean {
    const { startless } = this;
    for (const feed of this.#open) this.#request(feed);
    return startless;
  }

  #request(feed: OpenFeed): void {
    const after = feed.sink.request().variables?.['gatewayAfter'];
    this.requested.push(typeof after === 'string' ? after : undefined);
    feed.begun ||= typeof after === 'string';
    feed.position = typeof after === 'string' ? Number(after) : this.#head;
    feed.onTheWay = [{ data: null, extensions: { cursor: String(feed.position) } }];
    this.#send(feed);
  }

  #send(feed: OpenFeed): void {
    for (const { id, sequence } of this.shown) {
      if (sequence > feed.position) feed.onTheWay.push(eventOf(id, String(sequence)));
    }
    feed.position = this.#head;
  }
}

function eventOf(id: string, cursor: string): FormattedExecutionResult {
  return {
    data: {
      insightAdded: { id, cursor, gatewayCursor: cursor, round: { __typename: 'Round', id: 'r1', status: 'known' } },
    },
  };
}
