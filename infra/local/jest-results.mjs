/**
 * A Jest reporter that leaves each workspace's totals, and which tests failed, in `.turbo/test-totals.json`, where
 * `npm test` sums them up; turbo keeps the file with the task's other outputs, so a cached run counts too. A suite
 * that could not run is one failure.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';

/** @public Jest loads it by its path. */
export default class TotalsReporter {
  constructor(globalConfig) {
    this.rootDir = globalConfig.rootDir;
  }

  onRunComplete(_contexts, results) {
    const totals = {
      passed: results.numPassedTests,
      failed: results.numFailedTests + results.numRuntimeErrorTestSuites,
      skipped: results.numPendingTests + results.numTodoTests,
      failures: results.testResults.flatMap((suite) => this.failuresOf(suite)),
    };
    const folder = join(this.rootDir, '.turbo');
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'test-totals.json'), JSON.stringify(totals));
  }

  failuresOf({ testFilePath, testExecError, testResults }) {
    const file = relative(this.rootDir, testFilePath);
    if (testExecError) return [`${file} could not run`];
    const failed = testResults.filter(({ status }) => status === 'failed');
    return failed.map(({ ancestorTitles, title }) => [file, ...ancestorTitles, title].join(' › '));
  }
}
