import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { convertWorkflowTemplate, NoOperationTraceWriter, parseWorkflow } from '@actions/workflow-parser';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { type EmitTarget, emitFlaw, emitJob, type ShardedJob } from '../src/index.js';
import { typeErrors } from './published-types.js';

const JOB: ShardedJob = {
  scenario: "Bob's chat (eu)",
  designHash: '0123456789abcdef',
  trials: 12,
  shards: 3,
  version: '0.1.0',
  sweepWords: ['sweep', 'scenarios/my chat.yaml', '--axis', "a.b=1,2 3,it's", '--lhs', '12'],
  mergeFlags: ['--pareto', 'cost'],
  out: 'results/chat-sweep-01234567',
  image: 'registry.example/infersim:0.1.0',
};
/** What every shard has to be called with, whichever engine calls it. */
const SHARD_WORDS = [...JOB.sweepWords, '--resume', '--no-gate', '--progress', 'plain', '--format', 'none'];

const bin = mkdtempSync(join(tmpdir(), 'infersim-emit-'));
beforeAll(() => {
  // Stands in for the command on a node of a cluster: shows how it was called.
  writeFileSync(join(bin, 'infersim'), '#!/bin/sh\nfor word in "$@"; do echo "$word"; done\n');
  writeFileSync(join(bin, 'npx'), '#!/bin/sh\nfor word in "$@"; do echo "$word"; done\n');
  for (const name of ['infersim', 'npx']) chmodSync(join(bin, name), 0o755);
});
afterAll(() => {
  rmSync(bin, { recursive: true, force: true });
});

/** The words that a script calls the command with. */
function called(shell: string, args: readonly string[], env: Readonly<Record<string, string>>): string[] {
  const out = execFileSync(shell, args, { env: { PATH: `${bin}:${process.env['PATH']}`, ...env }, encoding: 'utf8' });
  return out.trimEnd().split('\n');
}

describe('a Kubernetes job', () => {
  const text = emitJob('kubernetes', JOB);
  const manifest = parse(text) as {
    apiVersion: string;
    kind: string;
    metadata: { name: string };
    spec: {
      completions: number;
      parallelism: number;
      completionMode: string;
      template: { spec: { restartPolicy: string; containers: { name: string; image: string; command: string[] }[] } };
    };
  };

  it('is an Indexed Job with a completion per shard', () => {
    expect(manifest).toMatchObject({
      apiVersion: 'batch/v1',
      kind: 'Job',
      metadata: { name: 'bob-s-chat-eu-sweep-01234567' },
      spec: { completions: 3, parallelism: 3, completionMode: 'Indexed' },
    });
    expect(manifest.metadata.name).toMatch(/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/);
    expect(manifest.spec.template.spec.restartPolicy).toBe('Never');
    expect(manifest.spec.template.spec.containers.map(({ image }) => image)).toEqual([JOB.image]);
  });

  it('is one by the published API: nothing unknown, missing or of a wrong type', () => {
    const texts = [
      text,
      text.replace('completions: 3', 'completion: 3'),
      text.replace('backoffLimit: 6', 'backoffLimit: six'),
      text.replace('- name: sweep', '- title: sweep'),
    ];
    const unknown = (key: string, type: string) =>
      `Object literal may only specify known properties, and '"${key}"' does not exist in type '${type}'.`;
    expect(
      typeErrors(
        texts.map((each) => parse(each) as unknown),
        'Job',
        'kubernetes-types/batch/v1.js',
      ),
    ).toEqual([
      [],
      [unknown('completion', 'JobSpec')],
      ["Type 'string' is not assignable to type 'number'."],
      [unknown('title', 'Container')],
    ]);
  });

  it('runs shard k + 1 in pod k', () => {
    const [shell, ...args] = manifest.spec.template.spec.containers[0]!.command;
    expect(called(shell!, args, { JOB_COMPLETION_INDEX: '2' })).toEqual([
      ...SHARD_WORDS,
      ...['--jobs', '4', '--shard', '3/3', '--out', 'results/chat-sweep-01234567-shard-3-of-3'],
    ]);
  });
});

describe('a Slurm script', () => {
  const text = emitJob('slurm', JOB);

  it('begins with a shell and options that sbatch knows, before any command', () => {
    const lines = text.split('\n');
    expect(lines[0]).toBe('#!/bin/bash');
    const options = lines.filter((line) => line.startsWith('#SBATCH ')).map((line) => line.slice(8).split('=')[0]);
    expect(options).toEqual([
      '--job-name',
      '--array',
      '--nodes',
      '--ntasks',
      '--cpus-per-task',
      '--requeue',
      '--output',
    ]);
    expect(text).toContain('#SBATCH --array=1-3\n');
    const firstCommand = lines.findIndex((line) => line !== '' && !line.startsWith('#'));
    expect(lines.findLastIndex((line) => line.startsWith('#SBATCH'))).toBeLessThan(firstCommand);
  });

  it('runs shard k in task k', () => {
    const path = join(bin, 'job.sh');
    writeFileSync(path, text);
    expect(called('bash', [path], { SLURM_ARRAY_TASK_ID: '2', SLURM_CPUS_PER_TASK: '8' })).toEqual([
      ...SHARD_WORDS,
      ...['--jobs', '8', '--shard', '2/3', '--out', 'results/chat-sweep-01234567-shard-2-of-3'],
    ]);
  });
});

describe('a GitHub Actions workflow', () => {
  const text = emitJob('github-actions', JOB);

  it('is one by the parser that GitHub publishes', async () => {
    const result = parseWorkflow({ name: 'sweep.yml', content: text }, new NoOperationTraceWriter());
    expect(result.context.errors.getErrors()).toEqual([]);
    const template = await convertWorkflowTemplate(result.context, result.value!);
    expect(template.errors ?? []).toEqual([]);
    expect(template.jobs.map((job) => job.id.toString())).toEqual(['shard', 'merge']);
  });

  it('that names an unknown key is refused by that parser', () => {
    const content = text.replace('runs-on', 'runs-at');
    const result = parseWorkflow({ name: 'sweep.yml', content }, new NoOperationTraceWriter());
    expect(result.context.errors.getErrors().length).toBeGreaterThan(0);
  });

  it('runs each shard, then merges all of them', () => {
    const { jobs } = parse(text) as {
      jobs: Record<string, { strategy?: { matrix: { shard: number[] } }; steps: { name?: string; run?: string }[] }>;
    };
    expect(jobs['shard']!.strategy!.matrix.shard).toEqual([1, 2, 3]);
    const run = (job: string, name: string) => jobs[job]!.steps.find((step) => step.name === name)!.run!;
    expect(called('bash', ['-e', '-c', run('shard', 'Sweep')], { SHARD: '2' })).toEqual([
      ...['--yes', 'infersim@0.1.0', ...SHARD_WORDS],
      ...['--shard', '2/3', '--out', 'results/chat-sweep-01234567-shard-2-of-3'],
    ]);
    expect(called('bash', ['-e', '-c', run('merge', 'Merge')], {})).toEqual([
      ...['--yes', 'infersim@0.1.0', 'merge'],
      ...[1, 2, 3].map((index) => `results/chat-sweep-01234567-shard-${index}-of-3`),
      ...['--pareto', 'cost', '--no-gate', '--out', 'results/chat-sweep-01234567'],
    ]);
  });
});

it.each<[EmitTarget, number, number, string | null]>([
  ['kubernetes', 12, 3, null],
  ['slurm', 2, 3, '3 shards for 2 trials leave shards without work'],
  ['github-actions', 1000, 256, null],
  ['github-actions', 1000, 257, 'a matrix of GitHub Actions has at most 256 jobs, not 257'],
])('%s with %i trials in %i shards: %s', (target, trials, shards, flaw) => {
  expect(emitFlaw(target, { trials, shards })).toBe(flaw);
});
