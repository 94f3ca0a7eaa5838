/** `infersim calibrate`: fits constants of devices and engines to measurements, and writes them as a catalog overlay. */

import { availableParallelism } from 'node:os';
import { basename } from 'node:path';
import { type ClientContext, deviceIdFor, engineIdFor, modelIdFor } from '@infersim/accuracy';
import {
  type CalibrationResult,
  calibrate,
  calibrationJson,
  calibrationOverlay,
  calibrationText,
} from '@infersim/calibration';
import { jsonText } from '@infersim/report';
import type { AccuracyModel } from '../accuracy-model.js';
import { CASE_PROGRESS_WORDS } from '../case-progress.js';
import { CliError } from '../cli-error.js';
import { ExitCode } from '../exit-code.js';
import { nothingToRun, readMeasured } from '../measured-input.js';
import { displayOf } from '../progress.js';
import type { OutputFormat, ProgressMode } from '../run-flags.js';
import type { Terminal } from '../terminal.js';
import { refuseExisting, writeWholeFiles } from '../whole-files.js';

export interface CalibrateFlags {
  readonly device?: string;
  readonly model?: string;
  readonly engine?: string;
  readonly tp: number;
  /** Share of rows kept out of the fit. */
  readonly hold: number;
  readonly seed: number;
  readonly out?: string;
  readonly force?: boolean;
  readonly jobs?: number;
  readonly format: OutputFormat;
  readonly quiet?: boolean;
  readonly progress: ProgressMode;
}

/** Fits and prints the errors before and after; the overlay is written also when the fit made things worse, and says so. */
export async function calibrateConstants(
  paths: readonly string[],
  flags: CalibrateFlags,
  terminal: Terminal,
  model: AccuracyModel,
): Promise<ExitCode> {
  if (flags.out !== undefined) refuseExisting([flags.out], flags.force === true);
  const only = chosenIds(flags);
  const tables = await readMeasured(paths, placeOf(only, flags.tp));
  const cases = tables.cases.filter(
    (item) =>
      (only.device === undefined || item.deviceId === only.device) &&
      // Kernels are of no model and no engine.
      (only.model === undefined || item.modelId === only.model || item.modelId === '') &&
      (only.engine === undefined || item.engineId === only.engine || item.engineId === ''),
  );
  if (cases.length === 0) throw tables.cases.length === 0 ? nothingToRun(tables) : noSuchRow(only);
  if (flags.quiet !== true)
    for (const { file, line, message, given } of tables.problems)
      terminal.err(`warning: ${file}:${line}: ${message}; given: ${given}\n`);

  const result = await fit(cases, flags, terminal, model);
  const names = paths.map((path) => basename(path)).join(', ');
  if (flags.out !== undefined)
    writeWholeFiles([{ path: flags.out, chunks: [calibrationOverlay(result.constants, `fitted to ${names}`)] }]);
  if (flags.format === 'json') terminal.out(jsonText(calibrationJson(result)));
  if (flags.format === 'text') {
    const wrote = flags.out === undefined ? '' : `wrote ${flags.out}\n`;
    terminal.out(calibrationText(result, { color: terminal.outColor }) + wrote);
  }
  return ExitCode.OK;
}

interface ChosenIds {
  readonly device?: string;
  readonly model?: string;
  readonly engine?: string;
}

/** Ids of the catalog for the names given, by the rules that read tables too. */
function chosenIds(flags: CalibrateFlags): ChosenIds {
  return {
    ...resolved('device', flags.device, deviceIdFor),
    ...resolved('model', flags.model, modelIdFor),
    ...resolved('engine', flags.engine, engineIdFor),
  };
}

function resolved(
  kind: keyof ChosenIds,
  name: string | undefined,
  find: (name: string) => string | undefined,
): ChosenIds {
  if (name === undefined) return {};
  const id = find(name);
  if (id === undefined)
    throw new CliError(ExitCode.USAGE, `the catalog has no ${kind} \`${name}\`\nall of them: infersim ${kind}s list`);
  return { [kind]: id };
}

function placeOf({ device, model, engine }: ChosenIds, tp: number): ClientContext | null {
  if (device === undefined || engine === undefined) return null;
  return { deviceId: device, engineId: engine, tp, ...(model === undefined ? {} : { modelId: model }) };
}

function noSuchRow(only: ChosenIds): CliError {
  const wanted = Object.entries(only).map(([kind, id]) => `${kind} ${id}`);
  return new CliError(ExitCode.INVALID_INPUT, `no measured row is of ${wanted.join(', ')}`);
}

async function fit(
  cases: Parameters<AccuracyModel['predict']>[0],
  flags: CalibrateFlags,
  terminal: Terminal,
  model: AccuracyModel,
): Promise<CalibrationResult> {
  const mode = flags.quiet === true ? 'none' : flags.progress;
  const startMs = performance.now();
  const display = displayOf(CASE_PROGRESS_WORDS, mode, terminal, () => performance.now());
  let phase = 'before';
  try {
    return await calibrate({
      cases,
      heldShare: flags.hold,
      seed: flags.seed,
      predict: (some, constants) => {
        const phaseStartS = (performance.now() - startMs) / 1000;
        return model.predict(some, {
          jobs: flags.jobs ?? availableParallelism(),
          constants,
          onProgress: (done, total) => display.update({ phase, done, total, phaseStartS }),
        });
      },
      onFit: (stage, done, total) => {
        phase = `after fit ${done} of ${total} of ${stage}`;
      },
    });
  } finally {
    display.clear();
  }
}
