/** The totals of a test run over all workspaces, from what each one's reporter (`jest-results.mjs`) left. */
import { existsSync, globSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { z } from 'zod';

const Totals = z.object({
  passed: z.number(),
  failed: z.number(),
  skipped: z.number(),
  /** What failed, by file and name. */
  failures: z.array(z.string()),
});
export type Totals = z.output<typeof Totals>;

const Manifest = z.object({
  workspaces: z.array(z.string()).optional(),
  scripts: z.record(z.string(), z.string()).optional(),
});

const TOTALS = '.turbo/test-totals.json';

/** The folders of the workspaces that have tests to run. */
export function testedWorkspaces(checkout: string): string[] {
  const read = (folder: string) => Manifest.parse(JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')));
  return (read(checkout).workspaces ?? [])
    .flatMap((pattern) => globSync(`${pattern}/package.json`, { cwd: checkout }))
    .map((manifest) => join(checkout, dirname(manifest)))
    .filter((folder) => read(folder).scripts?.['test'])
    .toSorted();
}

/** Removes what runs before left, so that it is not taken for this run's. */
export function clearTotals(folders: readonly string[]): void {
  for (const folder of folders) rmSync(join(folder, TOTALS), { force: true });
}

/** @returns the sum; a workspace that left nothing could not run its tests and counts as one failure. */
export function sumTotals(folders: readonly string[], checkout: string): Totals {
  const sum: Totals = { passed: 0, failed: 0, skipped: 0, failures: [] };
  for (const folder of folders) {
    const path = join(folder, TOTALS);
    const found = existsSync(path) ? Totals.parse(JSON.parse(readFileSync(path, 'utf8'))) : undefined;
    const workspace = relative(checkout, folder);
    const failures = found?.failures.map((name) => join(workspace, name)) ?? [
      `${workspace}: its tests could not be run`,
    ];
    sum.failures.push(...failures);
    sum.passed += found?.passed ?? 0;
    sum.failed += found?.failed ?? 1;
    sum.skipped += found?.skipped ?? 0;
  }
  return sum;
}

/** The end of `npm test`: each failure on a line of its own, then the sums. `.ci/run` reads these lines. */
export const totalsLines = ({ passed, failed, skipped, failures }: Totals): string[] => [
  ...failures.map((failure) => `FAILED ${failure}`),
  `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`,
];
