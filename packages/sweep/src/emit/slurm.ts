/**
 * A Slurm job array: task k of n runs shard k. Assumed: a file system that all nodes see, and the command on the path of
 * the nodes. A task that is requeued resumes.
 */

import { jobName, mergeWords, SHARD_FLAGS, type ShardedJob, shardFolder, shellWords } from './job.js';

/** The job as a batch script. */
export function slurmScript(job: ShardedJob): string {
  return `#!/bin/bash
#SBATCH --job-name=${jobName(job)}
#SBATCH --array=1-${job.shards}
#SBATCH --nodes=1
#SBATCH --ntasks=1
#SBATCH --cpus-per-task=4
#SBATCH --requeue
#SBATCH --output=${jobName(job)}-%a.log

# ${job.trials} trials of ${job.scenario} in ${job.shards} shards, by infersim ${job.version}. Submit with sbatch; once all tasks are done:
#   infersim ${shellWords(mergeWords(job))}
set -eu
exec infersim ${shellWords(job.sweepWords)} ${shellWords(SHARD_FLAGS)} \\
  --jobs "\${SLURM_CPUS_PER_TASK:-4}" \\
  --shard "\${SLURM_ARRAY_TASK_ID}/${job.shards}" \\
  --out "${shardFolder(job, `\${SLURM_ARRAY_TASK_ID}`)}"
`;
}
