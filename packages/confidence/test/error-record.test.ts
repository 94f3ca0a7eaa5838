import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { DEFAULT_WIDTHS, errorOf, errorRecordSource, errorRowsOf, modelFamily, outsideMeasured } from '../src/index.js';
import { evenRows, row } from './synthetic-errors.js';

const run = {
  deviceId: 'h100-sxm',
  family: 'llama-3',
  isMoe: false,
  engineId: 'vllm',
  batch: 64,
  contextTokens: 2048,
  tp: 4,
  params: 70.55e9,
  weightPrecision: 'fp8',
} as const;

test('every figure that is measured and predicted is one error', () => {
  const rows = errorRowsOf({
    ...run,
    measured: { ttft_mean_ms: 110, decode_tok_s: 40, kernel_ms: 3, power_w: 700, e2e_p99_ms: 5 },
    predicted: { ttft_mean_ms: 100, decode_tok_s: 100, kernel_ms: 3, power_w: 0 },
  });
  expect(rows.map((each) => [each.metricKind, Number(each.logError.toFixed(4))])).toEqual([
    ['ttft', 0.0953],
    ['tpot', 0.9163],
  ]);
  expect(rows[0]).toMatchObject({ deviceClass: 'datacentre-gpu', tp: 4, batch: 64 });
  expect(
    errorRowsOf({ ...run, deviceId: 'no-such-device', measured: { power_w: 1 }, predicted: { power_w: 1 } }),
  ).toEqual([]);
});

test('rates of a single stream are times turned over; parts of a step are no figures of a run', () => {
  expect(errorOf('prefill_tok_s', 200, 100)).toEqual({ metricKind: 'ttft', logError: -Math.log(2) });
  expect(errorOf('itl_p50_ms', 1, 1)).toEqual({ metricKind: 'tpot', logError: 0 });
  expect(errorOf('output_tok_s', 1, 1)?.metricKind).toBe('throughput');
  expect(errorOf('energy_per_output_token_j', 1, 1)?.metricKind).toBe('energy');
  expect(errorOf('kv_blocks', 1, 1)?.metricKind).toBe('memory');
  expect(errorOf('bandwidth_gb_s', 1, 1)).toBeNull();
  expect(errorOf('ttft_p50_ms', 0, 1)).toBeNull();
});

test('families go by maker and generation, dense and mixture-of-experts apart', () => {
  const dense = ['llama-3.1-8b', 'llama-3.3-70b', 'codellama-34b', 'qwen3-8b', 'yi-34b', 'gemma-3-4b', '1st'];
  expect(dense.map((id) => modelFamily(id, false))).toEqual([
    'llama-3',
    'llama-3',
    'llama-2',
    'qwen3-dense',
    'yi',
    'gemma',
    '1st',
  ]);
  expect(
    ['gpt-oss-120b', 'qwen3-30b-a3b', 'qwen3-next-80b-a3b', 'kimi-k2.5', 'deepseek-r1'].map((id) =>
      modelFamily(id, true),
    ),
  ).toEqual(['gpt-oss', 'qwen3-moe', 'qwen3-next', 'kimi-k2', 'deepseek']);
});

test('the source of a record is reproducible and as the formatter wants it', () => {
  const rows = [
    ...evenRows(20, 0.02, 0.1, 0.2, { family: 'qwen3-dense' }),
    ...evenRows(9, 0, 0, 0, {
      deviceId: 'jetson-agx-orin-64',
      deviceClass: 'unified-soc',
      family: 'a-family-with-a-name',
    }),
    row({ deviceId: 'b200-sxm', tp: 8, params: 4.05e11, weightPrecision: 'fp8' }),
  ];
  const source = errorRecordSource(rows);
  expect(errorRecordSource([...rows].reverse())).toBe(source);
  const folder = mkdtempSync(join(tmpdir(), 'infersim-record-'));
  try {
    for (const text of [source, errorRecordSource([])]) {
      const file = join(folder, 'error-record.ts');
      writeFileSync(file, text);
      const root = join(import.meta.dirname, '../../..');
      const biome = join(root, 'node_modules/.bin/biome');
      execFileSync(biome, ['check', '--write', `--config-path=${root}`, '--vcs-enabled=false', file], { cwd: folder });
      expect(readFileSync(file, 'utf8')).toBe(text);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  expect(source).toMatchInlineSnapshot(`
    "/**
     * How far predictions were from measurements when the model family was left out of the fit: quantiles 10 %, 50 % and
     * 90 % of ln(measured/predicted). Made by \`errorRecordSource\` from the errors of a leave-out run; do not edit.
     */

    import { errors } from '../error-groups.js';
    import type { ErrorRecord } from '../error-record.js';
    import { range } from '../measured-range.js';

    /** The record that ships. */
    export const ERROR_RECORD: ErrorRecord = {
      groups: [
        errors('b200-sxm', 'datacentre-gpu', 'llama-3', 'dense', 'vllm', 'ttft', 1, 0, 0, 0),
        errors('h100-sxm', 'datacentre-gpu', 'qwen3-dense', 'dense', 'vllm', 'ttft', 20, -0.0979, 0.0231, 0.2559),
        errors('jetson-agx-orin-64', 'unified-soc', 'a-family-with-a-name', 'dense', 'vllm', 'ttft', 9, 0, 0, 0),
      ],
      ranges: [
        range('b200-sxm', 'vllm', 16, 2048, [8, 8], [405000e6, 405000e6], ['fp8']),
        range('h100-sxm', 'vllm', 16, 2048, [2, 2], [8000e6, 8000e6], ['fp16']),
        range('jetson-agx-orin-64', 'vllm', 16, 2048, [2, 2], [8000e6, 8000e6], ['fp16']),
      ],
      widths: {
        'device+family+engine': 1,
        'device+engine': 1.25,
        device: 1.5,
        class: 1.75,
      },
    };
    "
  `);
  expect(() => errorRecordSource([row({ family: "a' + b" })])).toThrow('not an id of the catalog');
});

test('a record of nothing is the one that begins every project', () => {
  const source = errorRecordSource([]);
  expect(source).toContain('groups: [],\n  ranges: [],');
  for (const width of Object.values(DEFAULT_WIDTHS)) expect(source).toContain(`: ${width},`);
});

test('what lies outside the measured range is said, with the constant that is taken on trust', () => {
  const ranges = [
    {
      deviceId: 'h100-sxm',
      engineId: 'vllm',
      maxBatch: 256,
      maxContextTokens: 9216,
      minTp: 1,
      maxTp: 8,
      minParams: 8e9,
      maxParams: 123e9,
      weightPrecisions: ['fp16', 'fp8'] as const,
    },
  ];
  const record = { groups: [], ranges, widths: DEFAULT_WIDTHS };
  const inside = {
    deviceId: 'h100-sxm',
    engineId: 'vllm',
    tp: 8,
    params: 70e9,
    weightPrecision: 'fp8',
    batch: 270,
    contextTokens: 9216,
  } as const;
  expect(outsideMeasured(inside, record)).toEqual([]);
  expect(
    outsideMeasured(
      { ...inside, tp: 16, params: 405e9, weightPrecision: 'int4', batch: 512, contextTokens: 32768 },
      record,
    ),
  ).toMatchInlineSnapshot(`
    [
      "tp 16 on h100-sxm with vllm: measured up to 8; takes \`kernels.collectives\` on trust",
      "405B parameters on h100-sxm with vllm: measured up to 123B; takes \`kernels.gemm\` on trust",
      "int4 weights on h100-sxm with vllm: measured in fp16, fp8; takes the rates of int4 in \`kernels.gemm\` on trust",
      "batch 512 on h100-sxm with vllm: measured up to 256; takes \`engine.stepPerSequenceS\` on trust",
      "32768 tokens a request on h100-sxm with vllm: measured up to 9216; takes \`kernels.decodeAttention\` and \`kernels.prefillAttention\` on trust",
    ]
  `);
  expect(outsideMeasured({ ...inside, params: 1.2e9 }, record)).toMatchInlineSnapshot(`
    [
      "1.2B parameters on h100-sxm with vllm: measured from 8B; takes \`engine.layerFixedS\` and \`engine.hostFixedS\` on trust",
    ]
  `);
  expect(outsideMeasured({ ...inside, engineId: 'sglang' }, record)).toMatchInlineSnapshot(`
    [
      "h100-sxm with sglang: no run on record (only with vllm); takes the constants of \`engine\` on trust",
    ]
  `);
  expect(outsideMeasured({ ...inside, deviceId: 'l4' }, record)).toMatchInlineSnapshot(`
    [
      "l4 with vllm: no run on record; takes \`kernels\`, \`power\` and \`engine\` on trust",
    ]
  `);
});
