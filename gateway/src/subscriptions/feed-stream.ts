/**
 * One upstream subscription of a group and those who receive it: each event is completed once, kept in the ring
 * of the stream where it can be resumed, and handed out to all members in one batch with what came beside it.
 */
import type { FormattedExecutionResult, GraphQLFormattedError } from 'graphql';
import { publicError, publicErrorOf } from '../graph/errors.js';
import { BATCH_BYTES, BATCH_EVENTS, EventRing } from './event-ring.js';
import { FeedBatch, FeedEvent } from './feed-event.js';
import type { FeedGroup } from './feed-group.js';
import type { FeedMember, FeedStart } from './feed-member.js';
import type { Flushable } from './flush-clock.js';
import { OrderedWork } from './ordered-work.js';
import { PresentState } from './present-state.js';
import { openUpstream, type Upstream, type UpstreamReader } from './upstream.js';

/** Events that are completed at a time: a slow subgraph delays, it must not be flooded. */
const EVENTS_AT_ONCE = 16;
/** A replay brings its events in a row; after such a pause what comes is live. */
const REPLAY_PAUSE_MS = 1000;

interface Arrived {
  result: FormattedExecutionResult;
  bytes: number;
  cursor: string | undefined;
  arrivedAt: number;
}

export class FeedStream implements Flushable, UpstreamReader {
  readonly members = new Set<FeedMember>();
  /** Of a resumable feed. */
  readonly ring: EventRing | undefined;
  /** Of a feed that begins with the present state. */
  readonly #state: PresentState | undefined;
  readonly #work: OrderedWork<Arrived, FormattedExecutionResult>;
  readonly #upstream: Upstream;
  /** Completed, in the ring, and not handed out yet. */
  #pending: FeedEvent[] = [];
  #pendingBytes = 0;
  #scheduled = false;
  /** Batches that were handed out. */
  #handOuts = 0;
  /** Events of a replay so far; undefined when it has caught up, or never was one. */
  #replayed: number | undefined;
  #lastArrivedAt = Number.POSITIVE_INFINITY;
  /** It takes no members any more: its upstream has ended. */
  closing = false;
  over = false;
  /** It is where a subscriber belongs that starts now: it started so itself, or has met one that did. */
  live: boolean;

  constructor(
    private readonly group: FeedGroup,
    { after, live, ranBefore }: FeedStart,
  ) {
    const { variables, signer, around } = group;
    const { kind } = group.plan;
    this.live = live;
    if (kind === 'resumable') this.ring = new EventRing(around.rings);
    if (after !== undefined) this.ring?.beginAfter(after);
    if (after !== undefined && !live) {
      this.#replayed = 0;
      around.counts.replaysOpened += 1;
    }
    if (kind === 'state') this.#state = new PresentState(this, group);
    this.#work = new OrderedWork({
      work: ({ result }) => group.complete(result),
      handOn: (result, arrived) => this.#take(result, arrived),
      failed: (error) => this.#end([publicErrorOf(error, around.log)]),
      atOnce: EVENTS_AT_ONCE,
    });
    around.counts.streams += 1;
    const socket = around.socketOf(group.plan);
    const plan = () => group.plan;
    this.#upstream = openUpstream({ socket, plan, variables, after, ranBefore, signer, reader: this });
  }

  /** Events that have come and are not completed. */
  get completing(): number {
    return this.#work.waiting;
  }

  /**
   * From the next batch on; first with the present state, where the feed begins with it. What was collected before it
   * came must have been handed out.
   */
  add(member: FeedMember): void {
    member.stream = this;
    member.since = this.#handOuts;
    this.members.add(member);
    this.#state?.tell(member);
  }

  remove(member: FeedMember): void {
    if (!this.members.delete(member)) return;
    this.#state?.left(member);
    member.stream = undefined;
    if (this.members.size === 0) this.close();
  }

  begins(cursor: string): void {
    this.ring?.beginAfter(cursor);
    this.#schedule();
  }

  event(result: FormattedExecutionResult, bytes: number, cursor: string | undefined): void {
    this.group.around.counts.eventsIn += 1;
    this.#state?.came(result);
    this.#work.push({ result, bytes, cursor, arrivedAt: performance.now() });
  }

  end(errors?: readonly GraphQLFormattedError[]): void {
    this.closing = true;
    const { log } = this.group.around;
    this.#work.finish(() => this.#end(errors?.map((error) => publicError(error, error, log))));
  }

  #take(result: FormattedExecutionResult, { bytes, cursor, arrivedAt }: Arrived): void {
    const event = new FeedEvent(result, cursor, arrivedAt);
    // What other subgraphs added is not in the message that brought the event.
    const size = this.group.plan.enriched ? event.json.length : bytes;
    if (this.#pending.length >= BATCH_EVENTS || (this.#pendingBytes > 0 && this.#pendingBytes + size > BATCH_BYTES)) {
      this.handOut();
      if (this.over) return;
    }
    this.#countReplay(arrivedAt);
    this.ring?.append(event, size);
    this.#pending.push(event);
    this.#pendingBytes += size;
    this.#schedule();
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    this.group.around.clock.schedule(this);
  }

  flush(): void {
    this.#scheduled = false;
    if (this.over) return;
    this.handOut();
    if (!this.over) this.group.handedOut(this);
  }

  /** Hands out what was collected, without waiting for the clock. */
  handOut(): void {
    if (this.#pending.length === 0 || this.over) return;
    const batch = new FeedBatch(this.#pending);
    this.#pending = [];
    this.#pendingBytes = 0;
    this.#handOuts += 1;
    const number = this.#handOuts;
    const { counts } = this.group.around;
    this.#state?.handedOut(batch);
    counts.eventsOut += batch.events.length * this.members.size;
    for (const member of this.members) {
      // Whoever joins while others are given this batch has had it, or starts after it.
      if (member.since >= number) continue;
      member.give(batch);
      if (!this.live && member.isFull) this.group.park(member, this.ring?.position);
    }
    const [oldest] = batch.events;
    if (oldest) counts.observer.delivered(performance.now() - oldest.arrivedAt);
  }

  /** Where its members go on in another stream. What was collected must have been handed out; what is being completed is asked for again. */
  position(): FeedStart {
    return { after: this.ring?.position, live: this.live, ranBefore: this.#upstream.established };
  }

  /** The present state as a member was told it, as JSON. */
  stateKnownTo(member: FeedMember): Buffer | undefined {
    return this.#state?.knownTo(member);
  }

  /** Ends the upstream; there are no members. */
  close(): void {
    if (this.over) return;
    this.over = true;
    this.closing = true;
    this.#upstream.stop();
    this.#work.close();
    this.#pending = [];
    this.endReplay();
    this.ring?.clear();
    this.group.around.counts.streams -= 1;
    this.group.closed(this);
  }

  #end(errors?: readonly GraphQLFormattedError[]): void {
    this.handOut();
    if (this.over) return;
    for (const member of this.dismiss()) this.group.end(member, errors);
  }

  /** Ends the upstream and lets the members go to where they are better off. */
  dismiss(): FeedMember[] {
    const members = [...this.members];
    this.members.clear();
    for (const member of members) member.stream = undefined;
    this.close();
    return members;
  }

  #countReplay(arrivedAt: number): void {
    if (this.#replayed === undefined) return;
    if (arrivedAt - this.#lastArrivedAt > REPLAY_PAUSE_MS) this.endReplay();
    else this.#replayed += 1;
    this.#lastArrivedAt = arrivedAt;
  }

  /** The replay, if it was one, has caught up. */
  endReplay(): void {
    if (this.#replayed !== undefined) this.group.around.counts.observer.replayed(this.#replayed);
    this.#replayed = undefined;
  }
}
