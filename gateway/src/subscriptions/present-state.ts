/**
 * The state that a feed begins with, for those who join when it runs already: what the subgraph told last, with what
 * other subgraphs say of it now. A newer state that comes while they are asked makes the answer superfluous.
 */
import type { FormattedExecutionResult } from 'graphql';
import { publicErrorOf } from '../graph/errors.js';
import { FeedBatch, FeedEvent } from './feed-event.js';
import type { FeedGroup } from './feed-group.js';
import type { FeedMember } from './feed-member.js';
import type { FeedStream } from './feed-stream.js';

export class PresentState {
  /** What the subgraph told last, as text: completing it changes the object. Only where completing it asks others. */
  #told = '';
  /** The last state that was handed out. */
  #last: FeedBatch | undefined;
  /** Who waits for the answer that is on its way. */
  #waiting: Set<FeedMember> | undefined;
  /** Members that were not told the last state, or were told it completed anew. */
  readonly #untold = new Set<FeedMember>();

  constructor(
    private readonly stream: FeedStream,
    private readonly group: FeedGroup,
  ) {}

  came(result: FormattedExecutionResult): void {
    if (this.group.plan.enriched) this.#told = JSON.stringify(result);
  }

  /** All members have a state now that is newer than the one that is asked for. */
  handedOut(batch: FeedBatch): void {
    const state = batch.events.at(-1);
    if (state) this.#last = batch.events.length === 1 ? batch : new FeedBatch([state]);
    this.#waiting = undefined;
    this.#untold.clear();
  }

  left(member: FeedMember): void {
    this.#untold.delete(member);
  }

  /** The state that a member was told last, as JSON. */
  knownTo(member: FeedMember): Buffer | undefined {
    return this.#untold.has(member) ? undefined : this.#last?.events.at(-1)?.json;
  }

  /** Tells a member that has just joined; where there is no state yet, or a newer one is being completed, that comes to it by itself. */
  tell(member: FeedMember): void {
    this.#untold.add(member);
    if (!this.#last || this.stream.completing > 0) return;
    if (this.group.plan.enriched) this.#ask().add(member);
    else this.#give(member, this.#last);
  }

  #ask(): Set<FeedMember> {
    if (this.#waiting) return this.#waiting;
    const waiting = new Set<FeedMember>();
    this.#waiting = waiting;
    const askedAt = performance.now();
    // It was made of what a subgraph's message held.
    const told = JSON.parse(this.#told) as FormattedExecutionResult;
    Promise.try(() => this.group.complete(told)).then(
      (result) => {
        if (this.#waiting !== waiting) return;
        this.#waiting = undefined;
        const batch = new FeedBatch([new FeedEvent(result, undefined, askedAt)]);
        for (const member of waiting) this.#give(member, batch);
      },
      (error: unknown) => {
        if (this.#waiting !== waiting) return;
        this.#waiting = undefined;
        const errors = [publicErrorOf(error, this.group.around.log)];
        for (const member of waiting) if (member.stream === this.stream) this.group.end(member, errors);
      },
    );
    return waiting;
  }

  #give(member: FeedMember, batch: FeedBatch): void {
    if (member.stream !== this.stream) return;
    this.group.around.counts.eventsOut += 1;
    if (batch === this.#last) this.#untold.delete(member);
    member.give(batch);
  }
}
