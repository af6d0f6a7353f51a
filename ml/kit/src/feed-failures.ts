/**
 * What happens when an analyser of what is stored fails: the feed is analysed anew, and after five failures in a
 * row without the one insight or segment that it fails over, which is told in the dead letters.
 */
import type { Logger } from '@interview/runtime/log';
import type { StoredFeedPage } from '@interview/schema/messages';
import { CALM_MS } from './attempts.js';
import type { DeadLetters } from './dead-letter.js';
import type { FeedAnalyser, FeedPosition } from './feed-analyser.js';
import { type FeedItem, findCulprit } from './feed-culprit.js';
import { Interrupted, type WorkControl } from './round-work.js';
import type { StoredFeed } from './stored-feed.js';

const FAILURES_AT_MOST = 5;
/** How often a trial asks for findings at most: what an analysis waits for beside the feed may come late. */
const ASKED_AT_MOST = 10;

export interface FeedFailureParts {
  analyser: FeedAnalyser;
  feed: StoredFeed;
  dead: DeadLetters;
  clock: () => number;
  log: Logger;
}

/** What there is to know of a failure. */
export interface FeedFailure {
  position: FeedPosition;
  ended: boolean;
  /** How often the analysis had been asked for findings, the failing time included. */
  asked: number;
}

export class FeedFailures {
  private inARow = 0;
  private failedAtMs = 0;
  private failedAt = 0;
  /** How often what it failed over could not be found: tried alone it did not fail. */
  private unexplained = 0;
  private hopeless = false;
  /** What the analyser fails over. A later worker tries it again: it may be a newer version. */
  private readonly leftOut = new Set<string>();

  constructor(
    private readonly control: WorkControl,
    private readonly parts: FeedFailureParts,
  ) {}

  /** True when the analyser fails over nothing that could be left out: it was told, and is not to be asked again. */
  get givenUp(): boolean {
    return this.hopeless;
  }

  /**
   * A step went well. An analysis that was begun anew may do so for some steps and then fail again, over the same: the
   * failures before count no more only once the feed went on past them, and all was calm for a while.
   */
  none(position: FeedPosition): void {
    const calm = this.parts.clock() - this.failedAtMs >= CALM_MS;
    if (calm && lengthAt(position) > this.failedAt) this.inARow = 0;
  }

  /** What of a page the analyser is given. */
  without({ insights, segments }: StoredFeedPage): Pick<StoredFeedPage, 'insights' | 'segments'> {
    if (this.leftOut.size === 0) return { insights, segments };
    const kept = ({ id }: { id: string }) => !this.leftOut.has(id);
    return { insights: insights.filter(kept), segments: segments.filter(kept) };
  }

  /** A failure; the feed is to be analysed anew afterwards. @throws Interrupted */
  async note(cause: unknown, failure: FeedFailure): Promise<void> {
    this.inARow += 1;
    this.failedAtMs = this.parts.clock();
    this.failedAt = lengthAt(failure.position);
    const { id: roundId } = this.control.round;
    this.parts.log.warn({ roundId, failures: this.inARow, err: cause }, 'could not measure what is stored');
    if (this.inARow >= FAILURES_AT_MOST) await this.leaveOut(cause, failure);
  }

  private async leaveOut(cause: unknown, { position, ended, asked }: FeedFailure): Promise<void> {
    const { analyser, clock, dead } = this.parts;
    const { revision } = position;
    const items = await this.readAll(revision);
    // The insights subgraph does not answer: the next failure looks again.
    if (!items) return;
    const found = await findCulprit(items, {
      open: () => analyser.open(this.control.round),
      clock,
      revision,
      ended,
      // Once more than it took: what came in time for the second time may now come in time for the third.
      asks: Math.min(asked > 1 ? asked + 1 : 1, ASKED_AT_MOST),
      asksAtMost: ASKED_AT_MOST,
      pause: () => this.pause(),
    });
    this.inARow = 0;
    if (found.kind === 'item') {
      const { stream, item } = found.culprit;
      const bytes = Buffer.byteLength(JSON.stringify(item));
      await dead.tell({ stream, entryId: item.id, bytes }, FAILURES_AT_MOST, cause);
      this.leftOut.add(item.id);
    }
    if (found.kind === 'none') this.unexplained += 1;
    if (found.kind === 'analyser' || this.unexplained >= 2) {
      await dead.tell({ stream: 'findings', entryId: null, bytes: 0 }, FAILURES_AT_MOST, cause);
      this.hopeless = true;
    }
  }

  /** As long as between two steps of the work. @throws Interrupted */
  private async pause(): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, this.parts.analyser.intervalMs));
    const interruption = this.control.interruption();
    if (interruption) throw new Interrupted(interruption);
  }

  /** Everything that is stored and not left out; null when the insights subgraph does not answer. */
  private async readAll(revision: number): Promise<FeedItem[] | null> {
    const items: FeedItem[] = [];
    let position: FeedPosition = { insight: 0, segment: 0, revision };
    for (let more = true; more; ) {
      const page = await this.parts.feed.pageAfter(this.control.round.id, position);
      if (!page) return null;
      const { insights, segments } = this.without(page);
      items.push(...insights.map((item) => ({ stream: 'insights', item }) as const));
      items.push(...segments.map((item) => ({ stream: 'segments', item }) as const));
      position = positionAfter(position, page);
      more = page.more;
    }
    return items;
  }
}

const lengthAt = ({ insight, segment }: FeedPosition) => insight + segment;

/** What the analyser threw, apart from what went wrong around it. */
export class AnalyserFault extends Error {
  constructor(override readonly cause: unknown) {
    super('The analyser failed.');
  }
}

/** Calls the analyser. @throws AnalyserFault for whatever it throws */
export function asked<T>(ask: () => T): T {
  try {
    return ask();
  } catch (error) {
    throw new AnalyserFault(error);
  }
}

/** Where a feed is read on after a page. */
export function positionAfter(before: FeedPosition, { insights, segments, revision }: StoredFeedPage): FeedPosition {
  return {
    insight: insights.at(-1)?.sequence ?? before.insight,
    segment: segments.at(-1)?.sequence ?? before.segment,
    revision,
  };
}
