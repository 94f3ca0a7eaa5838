/** Job files for engines that run many jobs: the text, or why there can be none. */

import { githubWorkflow, MAX_MATRIX } from './github-actions.js';
import type { EmitTarget, ShardedJob } from './job.js';
import { kubernetesJob } from './kubernetes.js';
import { slurmScript } from './slurm.js';

/** Why a job cannot be emitted, or null. */
export function emitFlaw(target: EmitTarget, job: Pick<ShardedJob, 'trials' | 'shards'>): string | null {
  if (job.shards > job.trials) return `${job.shards} shards for ${job.trials} trials leave shards without work`;
  if (target === 'github-actions' && job.shards > MAX_MATRIX)
    return `a matrix of GitHub Actions has at most ${MAX_MATRIX} jobs, not ${job.shards}`;
  return null;
}

/** The text of the job file. */
export function emitJob(target: EmitTarget, job: ShardedJob): string {
  switch (target) {
    case 'kubernetes':
      return kubernetesJob(job);
    case 'slurm':
      return slurmScript(job);
    case 'github-actions':
      return githubWorkflow(job);
  }
}
