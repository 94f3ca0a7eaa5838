/**
 * A GitHub Actions workflow: a matrix of n shards, then a job that merges them and keeps the result as an artifact. Assumed:
 * the scenario, and what it reads, is in the repository.
 */

import { stringify } from 'yaml';
import { jobName, mergeWords, SHARD_FLAGS, type ShardedJob, shardFolder, shellWords } from './job.js';

/** GitHub allows no larger matrix. */
export const MAX_MATRIX = 256;

const MATRIX_SHARD = `\${{ matrix.shard }}`;
const NODE = { uses: 'actions/setup-node@v4', with: { 'node-version': 22 } };

/** The workflow as YAML. */
export function githubWorkflow(job: ShardedJob): string {
  const name = jobName(job);
  const command = `npx --yes infersim@${job.version}`;
  const workflow = {
    name,
    on: { workflow_dispatch: {} },
    permissions: { contents: 'read' },
    jobs: {
      shard: {
        'runs-on': 'ubuntu-latest',
        strategy: {
          'fail-fast': false,
          matrix: { shard: Array.from({ length: job.shards }, (_, index) => index + 1) },
        },
        steps: [
          { uses: 'actions/checkout@v4' },
          NODE,
          {
            name: 'Sweep',
            env: { SHARD: MATRIX_SHARD },
            run:
              `${command} ${shellWords(job.sweepWords)} ${shellWords(SHARD_FLAGS)} ` +
              `--shard "$SHARD/${job.shards}" --out "${shardFolder(job, '$SHARD')}"\n`,
          },
          {
            uses: 'actions/upload-artifact@v4',
            with: { name: `${name}-${MATRIX_SHARD}`, path: shardFolder(job, MATRIX_SHARD) },
          },
        ],
      },
      merge: {
        needs: 'shard',
        'runs-on': 'ubuntu-latest',
        steps: [
          NODE,
          ...Array.from({ length: job.shards }, (_, index) => ({
            uses: 'actions/download-artifact@v4',
            with: { name: `${name}-${index + 1}`, path: shardFolder(job, index + 1) },
          })),
          { name: 'Merge', run: `${command} ${shellWords(mergeWords(job))}\n` },
          { uses: 'actions/upload-artifact@v4', with: { name, path: job.out } },
        ],
      },
    },
  };
  return [
    `# ${job.trials} trials of ${job.scenario} in ${job.shards} shards, by infersim ${job.version}.`,
    stringify(workflow, { lineWidth: 0, aliasDuplicateObjects: false }),
  ].join('\n');
}
