/**
 * Transcript and insights on one time axis: a moment for each line that was said, with what was measured from then
 * until the next line beside it. Pure; entries may come in any order and more than once.
 */
import type { InsightDetailFragment, SegmentDetailFragment } from '@interview/sdk/operations';

export type Insight = InsightDetailFragment;
export type Segment = SegmentDetailFragment;

/** Sorted by time from the round's start, each id once. Never changed in place, so that views compare by identity. */
export class TimeSeries<T extends { id: string; timestampMs: number }> {
  private constructor(
    readonly entries: readonly T[],
    private readonly ids: ReadonlySet<string>,
  ) {}

  static empty<T extends { id: string; timestampMs: number }>(): TimeSeries<T> {
    return new TimeSeries<T>([], new Set());
  }

  /** The same series where nothing in `more` is new. */
  with(more: readonly T[]): TimeSeries<T> {
    const ids = new Set(this.ids);
    const fresh = more.filter((entry) => !ids.has(entry.id) && ids.add(entry.id));
    if (fresh.length === 0) return this;
    return new TimeSeries(
      [...this.entries, ...fresh].sort((a, b) => a.timestampMs - b.timestampMs),
      ids,
    );
  }

  /** Entries that are known are replaced by how they are now; new ones are added. */
  refreshed(now: readonly T[]): TimeSeries<T> {
    const byId = new Map(now.map((entry) => [entry.id, entry]));
    const known = this.entries.map((entry) => byId.get(entry.id) ?? entry);
    return new TimeSeries(known, this.ids).with(now);
  }

  has(id: string): boolean {
    return this.ids.has(id);
  }
}

export interface Moment {
  key: string;
  timestampMs: number;
  /** Undefined for what was measured before anything was said. */
  segment: Segment | undefined;
  insights: readonly Insight[];
}

export function momentsOf(segments: readonly Segment[], insights: readonly Insight[]): Moment[] {
  const moments: Moment[] = [];
  let next = 0;
  const measuredBefore = (end: number): Insight[] => {
    const from = next;
    while (next < insights.length && (insights[next]?.timestampMs ?? end) < end) next++;
    return insights.slice(from, next);
  };
  const opening = measuredBefore(segments[0]?.timestampMs ?? Number.POSITIVE_INFINITY);
  if (opening[0]) {
    moments.push({ key: 'opening', timestampMs: opening[0].timestampMs, segment: undefined, insights: opening });
  }
  segments.forEach((segment, i) => {
    const until = segments[i + 1]?.timestampMs ?? Number.POSITIVE_INFINITY;
    moments.push({
      key: segment.id,
      timestampMs: segment.timestampMs,
      segment,
      insights: measuredBefore(until),
    });
  });
  return moments;
}
