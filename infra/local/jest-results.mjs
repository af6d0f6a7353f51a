/**
 * A Jest reporter that leaves each workspace's totals in `.turbo/test-totals.json`, where `npm test` sums them up; turbo
 * keeps the file with the task's other outputs, so a cached run counts too. A suite that could not run is one failure.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** @public Jest loads it by its path. */
export default class TotalsReporter {
  constructor(globalConfig) {
    this.folder = join(globalConfig.rootDir, '.turbo');
  }

  onRunComplete(_contexts, results) {
    const totals = {
      passed: results.numPassedTests,
      failed: results.numFailedTests + results.numRuntimeErrorTestSuites,
      skipped: results.numPendingTests + results.numTodoTests,
    };
    mkdirSync(this.folder, { recursive: true });
    writeFileSync(join(this.folder, 'test-totals.json'), JSON.stringify(totals));
  }
}
