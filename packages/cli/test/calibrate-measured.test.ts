/** `calibrate` through the built command, on measurements that were made with other constants than the catalog's, and noise. */

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CasePredictor, type MeasuredCase, tableCases } from '@infersim/accuracy';
import { findDevice, findEngine, readConstant } from '@infersim/catalog';
import { hashUniform } from '@infersim/kernel';
import { afterAll, expect, test } from 'vitest';
import { ExitCode } from '../src/exit-code.js';
import { infersim } from './run-command.js';

const folder = mkdtempSync(join(tmpdir(), 'infersim-calibrate-measured-'));
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});
const place = (name: string): string => join(folder, name);

const GEMM = 'devices.h100-sxm.kernels.gemm.fp16';
const shipped = (path: string): number => {
  const [shelf, id, ...rest] = path.split('.');
  const entry = shelf === 'devices' ? findDevice(id!)! : findEngine(id!)!;
  return readConstant(entry, rest.join('.'))!.value;
};

/** A device of which the catalog says too much, under an engine whose API takes longer. */
const TRUTH = {
  [`${GEMM}.computeEfficiency`]: 0.7 * shipped(`${GEMM}.computeEfficiency`),
  [`${GEMM}.memoryEfficiency`]: 0.75 * shipped(`${GEMM}.memoryEfficiency`),
  'engines.vllm.apiS': 2.5 * shipped('engines.vllm.apiS'),
};

const KERNELS = [1, 16, 64, 256, 1024, 4096, 16_384].flatMap((m) =>
  ['4096,4096', '12288,4096', '28672,8192', '8192,28672'].map((nk) => `h100-sxm,gemm,bf16,${m},${nk},,,,,,,,TIME,,`),
);
const KERNEL_HEAD =
  'device,op,dtype,m,n,k,sequences,context_tokens,heads,kv_heads,head_dim,bytes,ranks,time_ms,power_w,note';
const RUNS = ['llama-3.2-1b', 'llama-3.1-8b', 'qwen3-14b', 'qwen3-32b'].flatMap((model) =>
  [1, 2, 4].map((users) => `h100-sxm,${model},vllm,bf16,closed-loop,64,32,${users},ttft_mean_ms,TIME`),
);
const RUN_HEAD = 'device,model,engine,precision,kind,input_tokens,output_tokens,concurrency,metric,value';

/** Lines with what the engine measures under the truth, 2 % up or down. */
async function measuredTable(name: string, head: string, lines: readonly string[]): Promise<string> {
  const { cases, problems } = tableCases(name, [head, ...lines.map((line) => line.replace('TIME', '1'))].join('\n'));
  expect(problems).toEqual([]);
  const predictor = new CasePredictor({ jobs: 1, workerUrl: new URL('../dist/prediction-worker.js', import.meta.url) });
  const predictions = await predictor.predict(cases, TRUTH);
  await predictor.close();
  const value = (measured: MeasuredCase, at: number): string => {
    const metric = Object.keys(measured.measured)[0] as keyof MeasuredCase['measured'];
    const noise = 1 + 0.04 * (hashUniform(7, 1, measured.line, 0) - 0.5);
    return String(predictions[at]!.predicted[metric]! * noise);
  };
  const path = place(name);
  writeFileSync(path, [head, ...lines.map((line, at) => line.replace('TIME', value(cases[at]!, at)))].join('\n'));
  return path;
}

test('constants are recovered, rows kept out are met better, and a scenario runs on the overlay', {
  timeout: 120_000,
}, async () => {
  const kernels = await measuredTable('kernels.csv', KERNEL_HEAD, KERNELS);
  const runs = await measuredTable('runs.csv', RUN_HEAD, RUNS);
  const overlay = place('overlay.yaml');
  const ended = await infersim(['calibrate', kernels, runs, '-o', overlay, '--format', 'json', '--progress', 'none']);
  expect(ended).toMatchObject({ code: ExitCode.OK, stderr: '' });
  const result = JSON.parse(ended.stdout) as {
    counts: { held: number };
    overall: { held: { before: { median: number }; after: { median: number } } };
    constants: { path: string; after: number; low: number; high: number }[];
  };
  expect(result.counts.held).toBeGreaterThan(6);
  expect(result.overall.held.before.median).toBeGreaterThan(0.15);
  expect(result.overall.held.after.median).toBeLessThan(0.03);
  for (const [path, truth] of Object.entries(TRUTH)) {
    const found = result.constants.find((constant) => constant.path === path);
    expect(found, path).toBeDefined();
    expect(found!.after / truth, path).toBeGreaterThan(0.9);
    expect(found!.after / truth, path).toBeLessThan(1.1);
  }

  expect(readFileSync(overlay, 'utf8')).toMatch(
    /^schema: infersim\.overlay\/1\nnote: fitted to kernels\.csv, runs\.csv\n/,
  );
  const schema = JSON.parse((await infersim(['schema', 'overlay'])).stdout) as {
    $defs: { constants: { properties: object } };
  };
  for (const { path } of result.constants)
    expect(schema.$defs.constants.properties).toHaveProperty([path.split('.').slice(2).join('.')]);
  const starter = await infersim(['init', '-', '--template', 'cloud']);
  writeFileSync(place('scenario.yaml'), `catalog: [overlay.yaml]\n${starter.stdout}`);
  const checked = await infersim(['validate', place('scenario.yaml')]);
  expect(checked.code, checked.stdout + checked.stderr).toBe(ExitCode.OK);
  const short = ['--horizon', '60s', '--warmup', '10s', '--replications', '1', '--no-gate', '--progress', 'none'];
  const run = await infersim(['run', place('scenario.yaml'), ...short, '-o', place('results')]);
  expect(run.code, run.stderr).toBe(ExitCode.OK);
  const again = await infersim(['calibrate', kernels, '-o', overlay]);
  expect(again).toMatchObject({ code: ExitCode.FILE, stdout: '' });
  expect(again.stderr).toContain('give --force to overwrite');
});
