import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { type CalibrateFlags, calibrateConstants } from '../src/commands/calibrate.js';
import { ExitCode } from '../src/exit-code.js';
import { BENCH_JSON, CSV, capturedTerminal, handModel } from './hand-model.js';

const folder = mkdtempSync(join(tmpdir(), 'infersim-calibrate-'));
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});
const tables = join(folder, 'runs.csv');
writeFileSync(tables, CSV);

const FLAGS: CalibrateFlags = { tp: 1, hold: 0, seed: 1, format: 'text', progress: 'none' };

test('errors before and after are printed, bad rows named, the overlay written', async () => {
  const { terminal, out, err } = capturedTerminal();
  const overlay = join(folder, 'overlay.yaml');
  expect(await calibrateConstants([tables], { ...FLAGS, out: overlay }, terminal, handModel(1.2))).toBe(ExitCode.OK);
  expect(out()).toContain('tpot_mean_ms');
  expect(out()).toContain(`wrote ${overlay}\n`);
  expect(err()).toBe('warning: runs.csv:4: the catalog has no such device; given: abacus\n');
  expect(readFileSync(overlay, 'utf8')).toMatch(/^schema: infersim\.overlay\/1\nnote: fitted to runs\.csv\n/);
  await expect(calibrateConstants([tables], { ...FLAGS, out: overlay }, terminal, handModel(1.2))).rejects.toThrow(
    'give --force to overwrite',
  );
});

test('JSON is one object, and quiet is quiet', async () => {
  const { terminal, out, err } = capturedTerminal();
  await calibrateConstants([tables], { ...FLAGS, format: 'json', quiet: true }, terminal, handModel(1));
  expect(JSON.parse(out())).toMatchObject({ schema: 'infersim.calibration/1', counts: { cases: 2, held: 0 } });
  expect(err()).toBe('');
});

test('rows can be chosen by device; when none is left that is told', async () => {
  const { terminal, out } = capturedTerminal();
  await calibrateConstants([tables], { ...FLAGS, device: 'B200', format: 'json' }, terminal, handModel(1));
  expect(JSON.parse(out())).toMatchObject({ counts: { cases: 1 } });
  await expect(
    calibrateConstants([tables], { ...FLAGS, device: 'l40s', engine: 'vllm' }, terminal, handModel(1)),
  ).rejects.toMatchObject({
    exitCode: ExitCode.INVALID_INPUT,
    message: 'no measured row is of device l40s, engine vllm',
  });
  await expect(
    calibrateConstants([tables], { ...FLAGS, device: 'abacus' }, terminal, handModel(1)),
  ).rejects.toMatchObject({
    exitCode: ExitCode.USAGE,
    message: 'the catalog has no device `abacus`\nall of them: infersim devices list',
  });
});

test("clients' results need a place", async () => {
  const result = join(folder, 'bench.json');
  writeFileSync(result, BENCH_JSON);
  const { terminal, out } = capturedTerminal();
  await expect(calibrateConstants([result], FLAGS, terminal, handModel(1))).rejects.toMatchObject({
    exitCode: ExitCode.USAGE,
    message: `${result} does not say on what it was measured; calibrate takes it with --device and --engine`,
  });
  const flags = { ...FLAGS, device: 'h200-sxm', engine: 'vllm', format: 'json' as const };
  await calibrateConstants([result], flags, terminal, handModel(1));
  expect(JSON.parse(out())).toMatchObject({ counts: { cases: 1 } });
});
