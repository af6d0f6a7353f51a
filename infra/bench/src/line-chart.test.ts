import { describe, expect, it } from '@jest/globals';
import type { Curve } from './bench.js';
import { apart, lineChart, scale } from './line-chart.js';

const curve: Curve = {
  name: 'c',
  title: 'Cost & size',
  xLabel: 'subscribers',
  yLabel: 'µs a delivery',
  series: [
    {
      name: 'ours',
      points: [
        { x: 100, y: 8 },
        { x: 10_000, y: 9 },
      ],
    },
    {
      name: 'theirs',
      points: [
        { x: 100, y: 30 },
        { x: 10_000, y: 33 },
      ],
    },
  ],
};

describe('an axis', () => {
  it('is linear from zero, in steps of 1, 2 or 5, when the values are close', () => {
    const axis = scale([8, 33], 0, 100);
    expect(axis.ticks).toEqual([0, 10, 20, 30, 40]);
    expect(axis.at(0)).toBe(0);
    expect(axis.at(20)).toBe(50);
  });

  it('is logarithmic, from power to power of ten, when they are far apart', () => {
    const axis = scale([100, 10_000], 0, 100);
    expect(axis.ticks).toEqual([100, 1000, 10_000]);
    expect(axis.at(1000)).toBe(50);
  });

  it('has room for a value that is a power of ten itself', () => {
    expect(scale([0.5, 100], 100, 0).ticks).toEqual([0.1, 1, 10, 100]);
  });
});

describe('a chart', () => {
  it('draws each line through its points, and names line, axes and title', () => {
    const svg = lineChart(curve);
    expect(svg.match(/<polyline/g)).toHaveLength(2);
    expect(svg.match(/<circle/g)).toHaveLength(4);
    for (const label of ['ours', 'theirs', 'subscribers', 'µs a delivery', 'Cost &amp; size', '10,000']) {
      expect(svg).toContain(`>${label}<`);
    }
  });

  it('follows the colour scheme of its reader', () => {
    expect(lineChart(curve)).toContain('@media (prefers-color-scheme: dark)');
  });

  it('cannot be drawn of nothing, nor of zero', () => {
    expect(() => lineChart({ ...curve, series: [] })).toThrow(RangeError);
    expect(() => lineChart({ ...curve, series: [{ name: 'a', points: [{ x: 1, y: 0 }] }] })).toThrow(RangeError);
  });
});

describe('names of lines', () => {
  it('keep a distance and their order', () => {
    expect(apart([100, 50, 52], 15)).toEqual([100, 50, 65]);
  });
});
