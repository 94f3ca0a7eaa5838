/** `infersim calibrate`: fits constants of devices and engines to measurements, and writes them as a catalog overlay. */

import { availableParallelism } from 'node:os';
import {
  type ClientContext,
  deviceIdFor,
  engineIdFor,
  formatFor,
  type MeasuredCase,
  modelIdFor,
} from '@infersim/accuracy';
import {
  type CalibrationResult,
  calibrate,
  calibrationJson,
  calibrationOverlay,
  calibrationText,
  reasonText,
} from '@infersim/calibration';
import { jsonText } from '@infersim/report';
import type { AccuracyModel } from '../accuracy-model.js';
import { FIT_PROGRESS_WORDS, type FitProgress } from '../case-progress.js';
import { CliError } from '../cli-error.js';
import { ExitCode } from '../exit-code.js';
import { interruptibleWork } from '../interruptible-work.js';
import { nothingToRun, readMeasured } from '../measured-input.js';
import { displayOf, type ProgressDisplay } from '../progress.js';
import type { OutputFormat, ProgressMode } from '../run-flags.js';
import type { Terminal } from '../terminal.js';
import { checkTargets, writeWholeFiles } from '../whole-files.js';

export interface CalibrateFlags {
  readonly device?: string;
  readonly model?: string;
  readonly engine?: string;
  readonly tp: number;
  /** Absent = 1. */
  readonly pp?: number;
  readonly dp?: number;
  readonly ep?: number;
  /** Format of the weights in JSON results; absent = the checkpoint's. */
  readonly precision?: string;
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
  if (flags.out !== undefined) checkTargets([flags.out], flags.force === true);
  const only = chosenIds(flags);
  const tables = await readMeasured(paths, placeOf(only, flags));
  const cases = tables.cases.filter(
    (item) =>
      (only.device === undefined || item.deviceId === only.device) &&
      // Kernels are of no model and no engine.
      (only.model === undefined || item.modelId === only.model || item.modelId === '') &&
      (only.engine === undefined || item.engineId === only.engine || item.engineId === ''),
  );
  if (cases.length === 0) throw tables.cases.length === 0 ? nothingToRun(tables, { paths }) : noSuchRow(only);
  if (flags.quiet !== true)
    for (const { file, line, message, given } of tables.problems)
      terminal.err(`warning: ${file}:${line}: ${message}; given: ${given}\n`);

  const quiet = flags.quiet === true;
  const display = displayOf(FIT_PROGRESS_WORDS, quiet ? 'none' : flags.progress, terminal, () => performance.now());
  return interruptibleWork(
    async (signal) => {
      const result = await fit(cases, { flags, display, signal, model });
      display.clear();
      if (result.problems.length === 0) throw nothingFitted(result);
      if (flags.out !== undefined)
        writeWholeFiles([
          {
            path: flags.out,
            chunks: [calibrationOverlay(result.constants, `fitted to ${fittedFiles(cases, result)}`)],
          },
        ]);
      if (flags.format === 'json') terminal.out(jsonText(calibrationJson(result)));
      if (flags.format === 'text') {
        const wrote = flags.out === undefined ? '' : `wrote ${flags.out}\n`;
        terminal.out(calibrationText(result, { color: terminal.outColor }) + wrote);
      }
      if (flags.out !== undefined && !quiet) terminal.err(worseWarning(result));
      return ExitCode.OK;
    },
    { terminal, quiet, clear: () => display.clear(), close: model.close },
  );
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

/** Where JSON results were measured; null without a device and an engine. */
function placeOf({ device, model, engine }: ChosenIds, flags: CalibrateFlags): ClientContext | null {
  const { tp, pp = 1, dp = 1, ep = 1 } = flags;
  const devices = tp * pp * dp;
  if (devices % ep !== 0)
    throw new CliError(ExitCode.USAGE, `--ep ${ep} does not divide the ${devices} devices of --tp, --pp and --dp`);
  const precision = flags.precision === undefined ? undefined : precisionOf(flags.precision, engine);
  if (device === undefined || engine === undefined) return null;
  return {
    deviceId: device,
    engineId: engine,
    tp,
    pp,
    dpAttention: dp,
    ep,
    ...(model === undefined ? {} : { modelId: model }),
    ...(precision === undefined ? {} : { precision }),
  };
}

/** Formats that go with a word for the weights: TensorRT-LLM keeps an FP8 cache with narrow floats, llama.cpp computes in 16 bits. */
function precisionOf(word: string, engine = ''): NonNullable<ClientContext['precision']> {
  const weights = formatFor(word);
  if (weights === undefined)
    throw new CliError(
      ExitCode.USAGE,
      `\`${word}\` names no number format; allowed: fp32, fp16, bf16, fp8, int8, fp4, nvfp4, mxfp4, int4, w4a16`,
    );
  if (engine.startsWith('trtllm') && (weights === 'fp8' || weights === 'fp4')) return { weights, kv: 'fp8' };
  if (engine === 'llama-cpp' && weights !== 'fp16') return { weights, activations: 'fp16' };
  return { weights };
}

function noSuchRow(only: ChosenIds): CliError {
  const wanted = Object.entries(only).map(([kind, id]) => `${kind} ${id}`);
  return new CliError(ExitCode.INVALID_INPUT, `no measured row is of ${wanted.join(', ')}`);
}

/** Files of which rows were fitted, in the order read. */
function fittedFiles(cases: readonly MeasuredCase[], { problems }: CalibrationResult): string {
  const fitted = new Set(problems.flatMap(({ caseIds }) => caseIds));
  return [...new Set(cases.filter(({ id }) => fitted.has(id)).map(({ file }) => file))].join(', ');
}

function nothingFitted({ skipped, counts }: CalibrationResult): CliError {
  const [first] = skipped;
  const why =
    first !== undefined
      ? reasonText(first.cases)
      : counts.setAside === counts.cases
        ? 'all rows are set aside by their table'
        : 'no row tells about a constant that calibrate fits';
  return new CliError(ExitCode.INVALID_INPUT, `nothing can be fitted: ${why}`);
}

/** Growth of an error that its printed digits would not show. */
const UNSEEN_SHARE = 0.0005;

/** A line when the overlay makes rows worse that it has not seen, else nothing. */
function worseWarning({ overall }: CalibrationResult): string {
  const { median: before } = overall.held.before;
  const { median: after } = overall.held.after;
  if (before === undefined || after === undefined || after <= before + UNSEEN_SHARE) return '';
  const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
  return `warning: the rows kept out of the fit got worse (median error ${percent(before)} -> ${percent(after)}): do not use this overlay without looking\n`;
}

interface FitWork {
  readonly flags: CalibrateFlags;
  readonly display: ProgressDisplay<FitProgress>;
  readonly signal: AbortSignal;
  readonly model: AccuracyModel;
}

async function fit(
  cases: Parameters<AccuracyModel['predict']>[0],
  { flags, display, signal, model }: FitWork,
): Promise<CalibrationResult> {
  let progress: FitProgress = { phase: 'before', runs: 0, fitsDone: 0, fits: 0 };
  const show = (change: Partial<FitProgress>) => {
    progress = { ...progress, ...change };
    display.update(progress);
  };
  return calibrate({
    cases,
    heldShare: flags.hold,
    seed: flags.seed,
    mayMove: isCalibrated,
    predict: (some, constants) => {
      // Several calls run at once, each counting from nothing.
      let counted = 0;
      return model.predict(some, {
        jobs: flags.jobs ?? availableParallelism(),
        constants,
        signal,
        onProgress: (done) => {
          show({ runs: progress.runs + done - counted });
          counted = done;
        },
      });
    },
    onStage: (stage, fits) => show({ phase: `fits of ${stage}`, fitsDone: 0, fits }),
    onFit: (stage, fitsDone, fits) => show({ phase: `fits of ${stage}`, fitsDone, fits }),
  });
}

/**
 * Constants of an engine that a user's measurements may move: what tells one installation from another. The rest (sampling,
 * routing of experts, padding) is the engine's code, which tables of many models told better than one user's runs can.
 */
const INSTALLATION =
  /^engines\.[^.]+\.(layerFixedS|eagerLayerFloorS|eagerLayerFloorByDevice\..+|stepFixedS|stepPerSequenceS|apiS|memoryOverheadBytes|firstRequestS|moe\.(fixedS|memoryEfficiency)|moeLargeExperts\.(fixedS|memoryEfficiency))$/;

function isCalibrated(path: string): boolean {
  return path.startsWith('devices.') || INSTALLATION.test(path);
}
