import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { clearTotals, sumTotals, testedWorkspaces, totalsLine } from './test-totals.js';

/** A checkout of workspaces: with totals of a run, with `null` for a run that never came to its end. */
function aCheckout(totals: Record<string, { passed: number; failed: number; skipped: number } | null>): string {
  const checkout = mkdtempSync(join(tmpdir(), 'totals-'));
  writeFileSync(join(checkout, 'package.json'), JSON.stringify({ workspaces: ['parts/*', 'untested'] }));
  mkdirSync(join(checkout, 'untested'));
  writeFileSync(join(checkout, 'untested/package.json'), JSON.stringify({ scripts: { build: 'true' } }));
  for (const [name, result] of Object.entries(totals)) {
    mkdirSync(join(checkout, 'parts', name, '.turbo'), { recursive: true });
    writeFileSync(join(checkout, 'parts', name, 'package.json'), JSON.stringify({ scripts: { test: 'jest' } }));
    if (result) writeFileSync(join(checkout, 'parts', name, '.turbo/test-totals.json'), JSON.stringify(result));
  }
  return checkout;
}

const sumOf = (checkout: string) => {
  const lines: string[] = [];
  const sum = sumTotals(testedWorkspaces(checkout), checkout, (line) => lines.push(line));
  return { line: totalsLine(sum), lines };
};

it('sums the workspaces that have tests', () => {
  const checkout = aCheckout({ a: { passed: 3, failed: 0, skipped: 0 }, b: { passed: 2, failed: 1, skipped: 4 } });
  expect(sumOf(checkout)).toEqual({ line: '5 passed, 1 failed, 4 skipped', lines: [] });
});

it('counts a workspace that could not run its tests as a failure, by name', () => {
  const checkout = aCheckout({ a: { passed: 3, failed: 0, skipped: 0 }, b: null });
  expect(sumOf(checkout)).toEqual({
    line: '3 passed, 1 failed',
    lines: ['The tests of parts/b could not be run.'],
  });
});

it('does not take the totals of the run before for those of this one', () => {
  const checkout = aCheckout({ a: { passed: 3, failed: 0, skipped: 0 } });
  clearTotals(testedWorkspaces(checkout));
  expect(sumOf(checkout).line).toBe('0 passed, 1 failed');
});
