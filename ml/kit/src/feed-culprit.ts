/**
 * Which insight or segment an analyser of what is stored fails over: looked for by halving the feed, each time
 * with an analysis of its own, so that nothing of it is ever published.
 */
import type { StoredInsight, StoredSegment } from '@interview/schema/messages';
import type { FeedAnalysis, FeedPosition } from './feed-analyser.js';

export type FeedItem = { stream: 'insights'; item: StoredInsight } | { stream: 'segments'; item: StoredSegment };

export type Culprit =
  /** It fails over this one: the shortest beginning of the feed over which it fails ends with it. */
  | { kind: 'item'; culprit: FeedItem }
  /** It fails over an empty feed already. */
  | { kind: 'analyser' }
  /** It does not fail now. */
  | { kind: 'none' };

export interface Trial {
  open: () => FeedAnalysis;
  /** As the analyser is asked by the worker. */
  clock: () => number;
  revision: number;
  ended: boolean;
  /**
   * How often findings are asked for, and at most while the analysis waits: it may fail only once what it asked for
   * elsewhere has come.
   */
  asks: number;
  asksAtMost: number;
  /** From one time to the next. May throw to end it all. */
  pause: () => Promise<void>;
}

/** About log2(n) analyses of up to n items; others get their turn between them. */
export async function findCulprit(items: readonly FeedItem[], trial: Trial): Promise<Culprit> {
  const fails = async (count: number) => {
    await new Promise((resolve) => setImmediate(resolve));
    return failsOver(items.slice(0, count), trial);
  };
  if (!(await fails(items.length))) return { kind: 'none' };
  if (await fails(0)) return { kind: 'analyser' };
  let [passing, failing] = [0, items.length];
  while (failing - passing > 1) {
    const middle = Math.floor((passing + failing) / 2);
    if (await fails(middle)) failing = middle;
    else passing = middle;
  }
  const culprit = items[failing - 1];
  return culprit ? { kind: 'item', culprit } : { kind: 'none' };
}

async function failsOver(items: readonly FeedItem[], trial: Trial): Promise<boolean> {
  const { open, clock, revision, ended, asks, asksAtMost, pause } = trial;
  const insights = items.flatMap((of) => (of.stream === 'insights' ? [of.item] : []));
  const segments = items.flatMap((of) => (of.stream === 'segments' ? [of.item] : []));
  const position: FeedPosition = {
    insight: insights.at(-1)?.sequence ?? 0,
    segment: segments.at(-1)?.sequence ?? 0,
    revision,
  };
  let analysis: FeedAnalysis | undefined;
  const throws = (ask: () => unknown) => {
    try {
      ask();
      return false;
    } catch {
      // What it throws is known: the worker logged it at each of the five failures before.
      return true;
    }
  };
  try {
    const failed = throws(() => {
      analysis = open();
      analysis.add({ insights, segments });
    });
    if (failed) return true;
    for (let asked = 1; ; asked++) {
      if (throws(() => analysis?.findings({ nowMs: clock(), position, ended }))) return true;
      if (asked >= asksAtMost || (asked >= asks && !analysis?.waits?.())) return false;
      await pause();
    }
  } finally {
    analysis?.close?.();
  }
}
