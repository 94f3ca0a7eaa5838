/**
 * A Kubernetes Indexed Job (batch/v1): pod k of n runs shard k + 1.
 *
 * Assumed: a claim `infersim` for a volume that all pods may write to, with the scenario and what it reads in it, and an
 * image that has the command. A pod that is evicted starts again and resumes, once it is gone: two pods of one shard would
 * stand in each other's way. Field names are checked by the compiler against the types generated from the published API.
 */

import type { Job } from 'kubernetes-types/batch/v1.js';
import { stringify } from 'yaml';
import { jobName, mergeWords, SHARD_FLAGS, type ShardedJob, shardFolder, shellWords } from './job.js';

const MOUNT = '/infersim';
const CLAIM = 'infersim';
/** Cores that a pod asks for, and threads that it runs: on a large node it would otherwise start one per core. */
const CORES = 4;
/** Pods that may fail, over all shards, before the job is given up. */
const BACKOFF_LIMIT = 6;

/** The job as YAML. */
export function kubernetesJob(job: ShardedJob): string {
  const shell =
    `exec infersim ${shellWords(job.sweepWords)} ${shellWords(SHARD_FLAGS)} --jobs ${CORES} ` +
    `--shard "$((JOB_COMPLETION_INDEX + 1))/${job.shards}" ` +
    `--out "${shardFolder(job, '$((JOB_COMPLETION_INDEX + 1))')}"`;
  const manifest: Job = {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name: jobName(job), labels: { 'app.kubernetes.io/name': 'infersim' } },
    spec: {
      completions: job.shards,
      parallelism: job.shards,
      completionMode: 'Indexed',
      backoffLimit: BACKOFF_LIMIT,
      podReplacementPolicy: 'Failed',
      template: {
        metadata: { labels: { 'app.kubernetes.io/name': 'infersim' } },
        spec: {
          restartPolicy: 'Never',
          containers: [
            {
              name: 'sweep',
              image: job.image,
              workingDir: MOUNT,
              command: ['sh', '-c', shell],
              resources: { requests: { cpu: String(CORES), memory: '4Gi' } },
              volumeMounts: [{ name: 'data', mountPath: MOUNT }],
            },
          ],
          volumes: [{ name: 'data', persistentVolumeClaim: { claimName: CLAIM } }],
        },
      },
    },
  };
  return [
    `# ${job.trials} trials of ${job.scenario} in ${job.shards} shards, by infersim ${job.version}.`,
    `# Once all pods are done, in the same volume: infersim ${shellWords(mergeWords(job))}`,
    stringify(manifest, { lineWidth: 0 }),
  ].join('\n');
}
