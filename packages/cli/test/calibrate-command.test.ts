import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { MeasuredCase } from '@infersim/accuracy';
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

test("clients' results take all of the place, and contradictions are told", async () => {
  const result = join(folder, 'place.json');
  writeFileSync(result, BENCH_JSON);
  const seen: MeasuredCase[] = [];
  const model = handModel(1);
  const watched = {
    ...model,
    predict: (...args: Parameters<typeof model.predict>) => {
      seen.push(...args[0]);
      return model.predict(...args);
    },
  };
  const place = { ...FLAGS, device: 'h200-sxm', engine: 'trtllm', tp: 2, pp: 2, dp: 2, ep: 4, precision: 'fp8' };
  await calibrateConstants([result], place, capturedTerminal().terminal, watched);
  expect(seen[0]).toMatchObject({
    parallelism: { tp: 2, pp: 2, dpAttention: 2, ep: 4 },
    precision: { weights: 'fp8', kv: 'fp8' },
  });
  const run = (flags: CalibrateFlags) => calibrateConstants([result], flags, capturedTerminal().terminal, model);
  await expect(run({ ...place, ep: 3 })).rejects.toMatchObject({ exitCode: ExitCode.USAGE });
  await expect(run({ ...place, precision: 'fp7' })).rejects.toMatchObject({
    exitCode: ExitCode.USAGE,
    message: expect.stringMatching(/^`fp7` names no number format; allowed: /),
  });
});

test('when no row runs nothing is fitted or written, and the reason is told', async () => {
  const model = handModel(1);
  const failing = {
    ...model,
    predict: async (cases: readonly MeasuredCase[]) =>
      cases.map(({ id }) => ({ caseId: id, predicted: {}, failure: 'three devices cannot share it' })),
  };
  const { terminal, out } = capturedTerminal();
  const overlay = join(folder, 'none.yaml');
  await expect(calibrateConstants([tables], { ...FLAGS, out: overlay }, terminal, failing)).rejects.toMatchObject({
    exitCode: ExitCode.INVALID_INPUT,
    message: expect.stringMatching(/^nothing can be fitted: runs.csv:2: three devices cannot share it/),
  });
  expect(out()).toBe('');
  expect(existsSync(overlay)).toBe(false);
});

test('an overlay that makes unseen rows worse is written with a warning, and names the files that were fitted', async () => {
  const rows = Array.from({ length: 12 }, (_, at) => CSV.split('\n')[1]!.replace(/,8,100,20$/, `,${at + 2},100,20`));
  const many = join(folder, 'many.csv');
  writeFileSync(many, [CSV.split('\n')[0], ...rows].join('\n'));
  const none = join(folder, 'none.csv');
  writeFileSync(none, CSV.split('\n').slice(0, 1).concat(CSV.split('\n')[3]!).join('\n'));
  // The first call is the one before the fit; what comes after is further off.
  const model = handModel(1);
  let calls = 0;
  const worsening = {
    ...model,
    predict: (...args: Parameters<typeof model.predict>) => handModel(calls++ === 0 ? 1.1 : 1.5).predict(...args),
  };
  const overlay = join(folder, 'worse.yaml');
  const flags = { ...FLAGS, hold: 0.25, out: overlay };
  const { terminal, err } = capturedTerminal();
  expect(await calibrateConstants([none, many], flags, terminal, worsening)).toBe(ExitCode.OK);
  expect(err()).toMatch(
    /\nwarning: the rows kept out of the fit got worse \(median error [\d.]+ % -> [\d.]+ %\): do not use this overlay without looking\n$/,
  );
  expect(readFileSync(overlay, 'utf8')).toMatch(/\nnote: fitted to many\.csv\n/);
});

test('why no row can be used is told with its place', async () => {
  const empty = join(folder, 'empty');
  mkdirSync(empty);
  const header = join(folder, 'header.csv');
  writeFileSync(header, `${CSV.split('\n')[0]}\n`);
  const run = (path: string) => calibrateConstants([path], FLAGS, capturedTerminal().terminal, handModel(1));
  await expect(run(empty)).rejects.toThrow(`no measured row can be used: no .csv file in ${empty}`);
  await expect(run(header)).rejects.toThrow(
    `no measured row can be used: 1 table read, without a row below the header: ${header}`,
  );
});
