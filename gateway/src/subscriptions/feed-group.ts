/**
 * All subscribers that read the same (`group-key.ts`): they share an upstream subscription, the execution of each
 * event and its bytes. Each has its own start: whoever comes with a cursor is caught up from a ring of recent events,
 * or by a stream of its own, which ends in one that is further as soon as the two meet:
 *
 * the position of one stream is in the ring of another  ⇒  what follows it there is all that its members lack.
 */
import type { Logger } from '@interview/runtime/log';
import type { FormattedExecutionResult, GraphQLFormattedError } from 'graphql';
import { publicErrorOf } from '../graph/errors.js';
import type { FeedCounts } from './feed-counts.js';
import { completeEvent } from './feed-execution.js';
import type { FeedMember, FeedStart } from './feed-member.js';
import type { FeedPlan, Variables } from './feed-plan.js';
import { FeedStream } from './feed-stream.js';
import type { FlushClock } from './flush-clock.js';
import { GroupSigner } from './group-signer.js';
import type { ParkingLot } from './parking-lot.js';
import type { RingBudget } from './ring-budget.js';
import type { SubgraphSocket } from './subgraph-socket.js';

/** What all groups have in common. */
export interface GroupSurroundings {
  /** The connection on which a plan's feed is opened. */
  socketOf(plan: FeedPlan): Pick<SubgraphSocket, 'subscribe'>;
  internalKey: string;
  clock: Pick<FlushClock, 'schedule'>;
  rings: RingBudget;
  parking: Pick<ParkingLot, 'park' | 'leave'>;
  counts: FeedCounts;
  log: Logger;
}

export class FeedGroup {
  readonly #members = new Set<FeedMember>();
  readonly signer: GroupSigner;
  #streams: FeedStream[] = [];

  constructor(
    /** What all its members have in common (`group-key.ts`). */
    readonly key: string,
    /** Another, which reads the feed the same, when the graph has changed. */
    public plan: FeedPlan,
    /** Coerced, with defaults. */
    readonly variables: Variables,
    readonly around: GroupSurroundings,
    private readonly onEmpty: (group: FeedGroup) => void,
  ) {
    this.signer = new GroupSigner(this.#members, around.internalKey);
    around.counts.groups += 1;
  }

  get members(): ReadonlySet<FeedMember> {
    return this.#members;
  }

  /** A member belongs to the group at once, and joins a stream in a moment: nothing of it is called before this returns. */
  admit(member: FeedMember): void {
    member.group = this;
    if (this.plan.kind !== 'state') member.knownState = undefined;
    this.#members.add(member);
    this.around.counts.subscriptions += 1;
    this.signer.joined(member);
    if (member.parked) return;
    queueMicrotask(() => {
      if (!member.gone && member.group === this) this.#join(member);
    });
  }

  /** Lets a member go to another group, where it goes on from where it is. What its stream had collected must have been handed out. */
  release(member: FeedMember): void {
    const { stream } = member;
    if (stream) {
      member.start = stream.position();
      member.knownState = stream.stateKnownTo(member);
    }
    this.#members.delete(member);
    this.around.counts.subscriptions -= 1;
    stream?.remove(member);
    this.#endIfEmpty();
  }

  /** All that the streams have collected, without waiting for the clock. */
  handOut(): void {
    for (const stream of [...this.#streams]) stream.handOut();
  }

  /** At its own wish: it hears nothing any more. */
  leave(member: FeedMember): void {
    if (member.gone) return;
    member.gone = true;
    this.#forget(member);
  }

  end(member: FeedMember, errors?: readonly GraphQLFormattedError[]): void {
    if (member.gone) return;
    this.#forget(member);
    member.end(errors);
  }

  complete(event: FormattedExecutionResult): FormattedExecutionResult | Promise<FormattedExecutionResult> {
    const { plan, variables, signer } = this;
    return completeEvent({ plan, variables, context: signer.context(), event, log: this.around.log });
  }

  /** A stream has handed out all it has: has it met another? */
  handedOut(stream: FeedStream): void {
    if (this.#streams.length < 2) return;
    for (const other of [...this.#streams]) {
      if (other === stream || other.over || stream.over) continue;
      const [ahead, behind] = inOrder(stream, other);
      if (ahead && behind) this.#merge(behind, ahead);
    }
  }

  /** Sets a member aside that has enough before it. @param at the cursor after the last that it was given */
  park(member: FeedMember, at: string | undefined): void {
    if (at === undefined || member.gone) return;
    const { parking, counts } = this.around;
    counts.parked += 1;
    member.parked = true;
    member.start = { after: at, live: false, ranBefore: true };
    // Before the stream is left, which may end it. By then the member may be in another group.
    parking.park(member, () => member.group?.goOn(member));
    member.stream?.remove(member);
  }

  /** The reader of a member that was set aside has read. */
  goOn(member: FeedMember): void {
    member.parked = false;
    this.#join(member);
  }

  /** The stream has ended; for its members, too, is cared. */
  closed(stream: FeedStream): void {
    this.#streams = this.#streams.filter((other) => other !== stream);
  }

  #join(member: FeedMember): void {
    const { start } = member;
    if (this.plan.kind === 'resumable' && start.after !== undefined) this.#catchUp(member, start.after, start.live);
    else this.#joinLive(member);
  }

  #joinLive(member: FeedMember): void {
    let live: FeedStream;
    do {
      live = this.#liveStream(member.start);
      live.handOut();
      // Whoever is given something may leave, and its connection with it: the newcomer, or all who had the stream.
      if (member.gone) return;
    } while (live.over);
    live.add(member);
  }

  /** @param isLive that it has all there was, and only changes streams */
  #catchUp(member: FeedMember, after: string, isLive = false): void {
    let at: string | undefined = after;
    let live = isLive;
    while (at !== undefined) {
      const from: string = at;
      const known = this.#streams.find(({ ring, closing }) => !closing && ring?.after(from) !== undefined);
      if (known) {
        known.live ||= live;
        at = this.#giveTail(member, known, from);
        live = false;
      } else {
        this.#open({ after: from, live, ranBefore: member.start.ranBefore }).add(member);
        at = undefined;
      }
    }
  }

  /**
   * Gives what a stream's ring holds after a cursor, as much as the member takes, and adds it to the stream.
   * @returns the cursor to go on from elsewhere, if the stream has ended meanwhile
   */
  #giveTail(member: FeedMember, stream: FeedStream, after: string): string | undefined {
    const { ring } = stream;
    let next = ring?.after(after);
    let at = after;
    for (;;) {
      // The stream's own members must have all that the ring has, or the newcomer would be given it twice.
      stream.handOut();
      if (member.gone) return undefined;
      if (stream.over || !ring || next === undefined) return at;
      if (next === ring.end) {
        stream.add(member);
        return undefined;
      }
      const batch = ring.batchFrom(next);
      if (!batch) return at;
      if (member.isFull) {
        this.park(member, at);
        return undefined;
      }
      this.around.counts.eventsOut += batch.events.length;
      member.give(batch);
      next += batch.events.length;
      at = batch.events.at(-1)?.cursor ?? at;
    }
  }

  #merge(behind: FeedStream, ahead: FeedStream): void {
    behind.handOut();
    ahead.handOut();
    const at = behind.ring?.position;
    // Handing out calls transports, which may have left.
    if (behind.over || ahead.over || at === undefined || !reaches(ahead, behind)) return;
    if (behind.ring) ahead.ring?.adoptHistory(behind.ring);
    ahead.live ||= behind.live;
    behind.endReplay();
    if (ahead.live) ahead.endReplay();
    const members = behind.dismiss();
    this.around.counts.merges += 1;
    for (const member of members) this.#goOnFrom(member, ahead, at);
  }

  #goOnFrom(member: FeedMember, stream: FeedStream, at: string): void {
    const elsewhere = this.#giveTail(member, stream, at);
    if (elsewhere !== undefined) this.#catchUp(member, elsewhere);
  }

  /** The only one there is, of a feed that cannot be resumed. */
  #liveStream(start: FeedStart): FeedStream {
    const known = this.#streams.find(({ closing, live }) => !closing && live);
    return known ?? this.#open({ ...start, after: undefined, live: true });
  }

  #open(start: FeedStart): FeedStream {
    const stream = new FeedStream(this, start);
    this.#streams.push(stream);
    return stream;
  }

  #forget(member: FeedMember): void {
    if (!this.#members.delete(member)) return;
    this.around.counts.subscriptions -= 1;
    this.around.parking.leave(member);
    member.stream?.remove(member);
    this.#endIfEmpty();
  }

  #endIfEmpty(): void {
    if (this.#members.size > 0) return;
    this.around.counts.groups -= 1;
    this.around.counts.groupsEnded += 1;
    this.onEmpty(this);
  }

  transportFailed(member: FeedMember, error: unknown): void {
    this.end(member, [publicErrorOf(error, this.around.log)]);
  }
}

/** Which of the two is further, if they have met. Where both have the same position, the one that told more since. */
function inOrder(one: FeedStream, other: FeedStream): [ahead: FeedStream, behind: FeedStream] | [] {
  const met = reaches(one, other);
  if (met && reaches(other, one)) {
    const further = (one.ring?.passed ?? 0) >= (other.ring?.passed ?? 0);
    return further ? [one, other] : [other, one];
  }
  if (met) return [one, other];
  return reaches(other, one) ? [other, one] : [];
}

/** Whether what one stream's members lack of the other is in the other's ring. */
function reaches(ahead: FeedStream, behind: FeedStream): boolean {
  const at = behind.ring?.position;
  return at !== undefined && ahead.ring?.after(at) !== undefined;
}
