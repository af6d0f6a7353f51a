import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { clearTotals, sumTotals, type Totals, testedWorkspaces, totalsLines } from './test-totals.js';

/** A checkout of workspaces: with totals of a run, with `null` for a run that never came to its end. */
function aCheckout(totals: Record<string, Partial<Totals> | null>): string {
  const checkout = mkdtempSync(join(tmpdir(), 'totals-'));
  writeFileSync(join(checkout, 'package.json'), JSON.stringify({ workspaces: ['parts/*', 'untested'] }));
  mkdirSync(join(checkout, 'untested'));
  writeFileSync(join(checkout, 'untested/package.json'), JSON.stringify({ scripts: { build: 'true' } }));
  for (const [name, result] of Object.entries(totals)) {
    mkdirSync(join(checkout, 'parts', name, '.turbo'), { recursive: true });
    writeFileSync(join(checkout, 'parts', name, 'package.json'), JSON.stringify({ scripts: { test: 'jest' } }));
    const whole = { passed: 0, failed: 0, skipped: 0, failures: [], ...result };
    if (result) writeFileSync(join(checkout, 'parts', name, '.turbo/test-totals.json'), JSON.stringify(whole));
  }
  return checkout;
}

const linesOf = (checkout: string) => totalsLines(sumTotals(testedWorkspaces(checkout), checkout));

it('sums the workspaces that have tests, and names what failed', () => {
  const failures = ['src/some.test.ts › holds', 'src/other.test.ts could not run'];
  const checkout = aCheckout({ a: { passed: 3 }, b: { passed: 2, failed: 2, skipped: 4, failures } });
  expect(linesOf(checkout)).toEqual([
    'FAILED parts/b/src/some.test.ts › holds',
    'FAILED parts/b/src/other.test.ts could not run',
    '5 passed, 2 failed, 4 skipped',
  ]);
});

it('counts a workspace that could not run its tests as a failure, by name', () => {
  expect(linesOf(aCheckout({ a: { passed: 3 }, b: null }))).toEqual([
    'FAILED parts/b: its tests could not be run',
    '3 passed, 1 failed',
  ]);
});

it('does not take the totals of the run before for those of this one', () => {
  const checkout = aCheckout({ a: { passed: 3 } });
  clearTotals(testedWorkspaces(checkout));
  expect(linesOf(checkout).at(-1)).toBe('0 passed, 1 failed');
});
