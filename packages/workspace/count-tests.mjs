/** Adds up vitest's JSON reports given as arguments and prints `passed failed skipped`. A missing report is a failure. */

import { existsSync, readFileSync } from 'node:fs';

let passed = 0;
let failed = 0;
let skipped = 0;
for (const path of process.argv.slice(2)) {
  if (!existsSync(path)) {
    failed += 1;
    continue;
  }
  const report = JSON.parse(readFileSync(path, 'utf8'));
  passed += report.numPassedTests;
  skipped += report.numPendingTests + report.numTodoTests;
  // A file that cannot be loaded has no tests to fail.
  const unloaded = report.testResults.filter((file) => file.status === 'failed' && file.assertionResults.length === 0);
  failed += report.numFailedTests + unloaded.length;
}
process.stdout.write(`${passed} ${failed} ${skipped}\n`);
