/** Child of the memory measurement: serves so many requests at the trace's own rate and prints its peak memory in MiB. */

import { openFileBytes, runReplication } from '@infersim/runner';
import { benchPlan, ownRatePerS, trafficFrom } from './bench-plan.js';

const [requests = '', folder] = process.argv.slice(2);
const plan = benchPlan(trafficFrom(folder), ownRatePerS, Number(requests));
const { values } = runReplication(plan, 1, { openBytes: openFileBytes });
if (!(values[0]! > 0)) throw new Error('nothing was served');
// resourceUsage gives kilobytes.
process.stdout.write(`${(process.resourceUsage().maxRSS / 1024).toFixed(1)}\n`);
