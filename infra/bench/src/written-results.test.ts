import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import type { BenchResult } from './bench.js';
import { describeMachine } from './machine.js';
import { between, writeResult } from './written-results.js';

const result: BenchResult = {
  runs: 5,
  figures: { p50Ms: 1 },
  ratios: { toWs: 1.25 },
  rows: [{ name: 'ours', cells: { 'p50 ms': '1.00' } }],
  notes: ['Target: met'],
  faults: [],
  curves: [
    {
      name: 'growth',
      title: 'Growth',
      xLabel: 'rounds',
      yLabel: 'ms',
      series: [{ name: 'ours', points: [{ x: 1, y: 2 }] }],
    },
  ],
};

describe('writing between markers', () => {
  it('replaces what stands there, of that name only, and leaves everything else', () => {
    const text = 'a\n<!-- bench:x -->\nold\n<!-- /bench:x -->\nb\n<!-- bench:xy -->\nkept\n<!-- /bench:xy -->\n';
    expect(between(text, 'x', 'new')).toBe(text.replace('old', 'new'));
    expect(between(between(text, 'x', 'new'), 'x', 'old')).toBe(text);
  });

  it('takes text for text, whatever it holds', () => {
    expect(between('<!-- bench:x -->\n<!-- /bench:x -->', 'x', "$& $' $1")).toContain("\n$& $' $1\n");
  });

  it('says which markers are missing', () => {
    expect(() => between('nothing', 'x', '')).toThrow('<!-- bench:x -->');
    expect(() => between('<!-- bench:x -->', 'x', '')).toThrow('<!-- /bench:x -->');
  });
});

describe('a written result', () => {
  it('has the table, the ratios, the notes, the curve with its plot, the machine and the day', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'written-'));
    try {
      await writeFile(join(folder, 'benchmarks.md'), '# By hand\n<!-- bench:x -->\n<!-- /bench:x -->\n');
      await writeResult(folder, { name: 'x' }, result, describeMachine(true), new Date('2026-11-28T10:00:00Z'));
      const text = await readFile(join(folder, 'benchmarks.md'), 'utf8');
      for (const part of [
        '# By hand',
        '2026-11-28',
        'medians of 5 runs',
        'cores of their own',
        '|  | p50 ms |\n| --- | ---: |\n| ours | 1.00 |',
        '- `toWs`: 1.25',
        '- Target: met',
        '![Growth](images/bench-growth.svg)',
        '| 1 rounds | 2 |',
      ]) {
        expect(text).toContain(part);
      }
      expect(await readFile(join(folder, 'images/bench-growth.svg'), 'utf8')).toContain('<svg');
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
