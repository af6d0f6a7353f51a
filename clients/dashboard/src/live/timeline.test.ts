import { describe, expect, test } from '@jest/globals';
import { makeInsight, makeSegment } from './testing';
import { type Insight, momentsOf, TimeSeries } from './timeline';

describe('a time series', () => {
  test('keeps each entry once, in the order of time, whatever order they come in', () => {
    const series = TimeSeries.empty<Insight>()
      .with([makeInsight(3), makeInsight(1)])
      .with([makeInsight(2), makeInsight(3)]);
    expect(series.entries.map((i) => i.id)).toEqual(['i1', 'i2', 'i3']);
  });

  test('is the very same one where nothing is new', () => {
    const series = TimeSeries.empty<Insight>().with([makeInsight(1)]);
    expect(series.with([makeInsight(1)])).toBe(series);
  });
});

describe('moments', () => {
  const shape = (moments: ReturnType<typeof momentsOf>) =>
    moments.map((m) => [m.segment?.id, ...m.insights.map((i) => i.id)]);

  test('put what was measured beside the line during which it was', () => {
    const moments = momentsOf(
      [makeSegment(2), makeSegment(5)],
      [2, 4, 5, 9].map((n) => makeInsight(n)),
    );
    expect(shape(moments)).toEqual([
      ['s2', 'i2', 'i4'],
      ['s5', 'i5', 'i9'],
    ]);
  });

  test('show what was measured before anything was said, or when nothing is said at all', () => {
    expect(shape(momentsOf([makeSegment(5)], [makeInsight(1)]))).toEqual([[undefined, 'i1'], ['s5']]);
    expect(shape(momentsOf([], [makeInsight(1), makeInsight(2)]))).toEqual([[undefined, 'i1', 'i2']]);
    expect(momentsOf([], [])).toEqual([]);
  });
});
