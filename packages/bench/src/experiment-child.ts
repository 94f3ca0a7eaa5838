/** Child of the measurement of worker threads: runs an `ExperimentTask`, given as JSON, through `runExperiment`. */

import { runExperiment } from '@infersim/runner';
import { workerUrl } from './places.js';
import { taskPlan } from './serving-task.js';
import type { ExperimentReport, ExperimentTask } from './worker-gain.js';

const { task, replications, jobs } = JSON.parse(process.argv[2] ?? '') as ExperimentTask;
const plan = { ...taskPlan(task), replications };
const startMs = performance.now();
const result = await runExperiment(plan, { jobs, workerUrl });
const seconds = (performance.now() - startMs) / 1000;
const events = result.replications.reduce((sum, one) => sum + one.events, 0);
const report: ExperimentReport = {
  seconds,
  events,
  fingerprint: result.fingerprint,
  replications: result.replications.length,
};
process.stdout.write(JSON.stringify(report));
