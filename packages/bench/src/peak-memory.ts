/**
 * Peak resident memory of a process that serves the bench traffic at its own rate, at two lengths of the run: it follows
 * the requests in flight and must not grow with those seen. Measured in children, one per length.
 */

import type { Traffic } from './bench-plan.js';
import { childOutput } from './child.js';
import { type Effort, type Figure, scaled } from './figure.js';

const REQUESTS = [100_000, 400_000] as const;

export function measureMemory(traffic: Traffic, folder: string | undefined, effort: Effort): Figure[] {
  return REQUESTS.map((full): Figure => {
    const requests = scaled(full, effort);
    const output = childOutput('peak-memory-child.js', [String(requests), ...(folder === undefined ? [] : [folder])]);
    return {
      group: 'peak resident memory',
      name: `${requests} requests, 8 replicas`,
      value: Number(output),
      unit: 'MiB',
      note: traffic.title,
    };
  });
}
