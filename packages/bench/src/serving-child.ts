/** Child of the serving measurements: runs one `ServingTask`, given as JSON, and prints its `ServingReport`. */

import type { ReplicationResult } from '@infersim/runner';
import { countBatchChanges } from './batch-changes.js';
import { meetEveryKind } from './every-kind.js';
import { secondsOf } from './measure.js';
import { serve, wholeOf } from './serve.js';
import { type ServingReport, type ServingTask, taskPlan } from './serving-task.js';

const task = JSON.parse(process.argv[2] ?? '') as ServingTask;
if (task.afterEveryKind) meetEveryKind();
if (task.warmUpRequests !== undefined) serve(taskPlan({ ...task, requests: task.warmUpRequests }));
const plan = taskPlan(task);
const processorBefore = process.cpuUsage();
let result: ReplicationResult | undefined;
const seconds = secondsOf(() => {
  result = serve(plan);
});
const { user, system } = process.cpuUsage(processorBefore);
if (result === undefined || !(result.events > 0)) throw new Error('nothing was served');
const report: ServingReport = {
  seconds,
  processorS: (user + system) / 1e6,
  fingerprint: result.fingerprint,
  events: result.events,
  steps: result.steps,
  batchChanges: task.countChanges ? batchChangesOf(result) : null,
  offered: wholeOf(result, 'requests_offered'),
  attempts: wholeOf(result, 'attempts'),
  completed: wholeOf(result, 'requests_completed'),
  inputTokens: wholeOf(result, 'tokens_input'),
  outputTokens: wholeOf(result, 'tokens_output'),
  simulatedS: result.reachedS,
  // resourceUsage gives kilobytes.
  peakMib: process.resourceUsage().maxRSS / 1024,
};
process.stdout.write(JSON.stringify(report));

function batchChangesOf({ requests }: ReplicationResult): number {
  if (requests === null) throw new Error('no rows were kept');
  return countBatchChanges({
    place: requests.site,
    admittedS: requests.columns.admitted_s,
    firstTokenS: requests.columns.first_token_s,
    lastTokenS: requests.columns.last_token_s,
  });
}
