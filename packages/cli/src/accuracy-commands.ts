/** Flags of `accuracy` and `calibrate`. The model is loaded only when one of them runs, so that starting up stays quick. */

import type { DatasetId } from '@infersim/accuracy';
import { type Command, InvalidArgumentError, Option } from 'commander';
import type { AccuracyModel } from './accuracy-model.js';
import type { AccuracyFlags } from './commands/accuracy.js';
import type { CalibrateFlags } from './commands/calibrate.js';
import type { Finish } from './program.js';
import { wholeNumber } from './run-flags.js';
import { processTerminal } from './terminal.js';

/** Kinds of tables, as `--only` takes them. Written out here: the help must not load the tables' code. */
const DATASETS: readonly DatasetId[] = [
  'open-loop-serving',
  'fixed-concurrency-serving',
  'saturated-serving',
  'offline-throughput',
  'static-batch',
  'split-serving',
  'single-stream',
  'static-npu',
  'kernels',
  'linear-layers',
  'collectives',
  'microbenchmarks',
  'best-matmul',
  'power-points',
];

/** Adds both commands to the program. */
export function addAccuracyCommands(program: Command, loadModel: () => Promise<AccuracyModel>, finish: Finish): void {
  addSharedFlags(program.command('accuracy'), ['text', 'json', 'csv', 'none'])
    .description('compare predictions with measured runs: error per source, device, model and metric')
    .option('--data <path...>', 'folders or CSV files of measured runs (default: the built-in reference table)')
    .addOption(
      new Option(
        '--leave-out <kind...>',
        'what is left out of fits to report the error on it (default: model-family)',
      ).choices(['model-family', 'device']),
    )
    .addOption(new Option('--in-sample', 'leave nothing out: a quarter of the time or less').conflicts('leaveOut'))
    .addOption(new Option('--only <table...>', 'only these kinds of tables').choices(DATASETS))
    .option('--metric <name...>', 'only these metrics, e.g. ttft_mean_ms')
    .option('--check <file>', 'exit with 8 when a headline error is a tenth above the stored one')
    .option('--write-record <file>', 'store the headline for --check')
    .option('--doc <file>', 'write the report as Markdown, and its plot as SVG beside it')
    .option('-o, --out <dir>', 'write errors.csv, summary.csv, accuracy.json, accuracy.svg')
    .option('--rows', 'carry every compared figure in the JSON document')
    .action(async (flags: AccuracyFlags & { readonly color: boolean }) => {
      const [{ accuracy }, model] = await Promise.all([import('./commands/accuracy.js'), loadModel()]);
      finish(await accuracy(flags, processTerminal(flags), model));
    });

  addSharedFlags(
    program.command('calibrate').argument('<measured...>', 'measured CSV tables or client results in JSON'),
    ['text', 'json', 'none'],
  )
    .description('fit constants of devices and engines to measurements; errors before and after on rows kept out')
    .option('--device <id>', 'where JSON results were measured; of tables: only its rows')
    .option('--model <id>', 'model of JSON results; of tables: only its rows')
    .option('--engine <id>', 'engine of JSON results; of tables: only its rows')
    .addOption(
      new Option('--tp <n>', 'tensor-parallel devices, for JSON results').argParser(wholeNumber(1, 1024)).default(1),
    )
    .addOption(new Option('--pp <n>', 'pipeline stages, for JSON results').argParser(wholeNumber(1, 1024)).default(1))
    .addOption(
      new Option('--dp <n>', 'data-parallel attention ranks, for JSON results')
        .argParser(wholeNumber(1, 1024))
        .default(1),
    )
    .addOption(
      new Option('--ep <n>', 'ranks that share the experts, for JSON results')
        .argParser(wholeNumber(1, 1024))
        .default(1),
    )
    .option('--precision <format>', "format of the weights of JSON results, e.g. fp8 (default: the checkpoint's)")
    .addOption(
      new Option('--hold <share>', 'share of rows kept out of the fit, 0 to 0.5').argParser(heldShare).default(0.25),
    )
    .addOption(
      new Option('--seed <n>', 'decides which rows are kept out')
        .argParser(wholeNumber(0, Number.MAX_SAFE_INTEGER))
        .default(1),
    )
    .option('-o, --out <file>', 'write the constants as a catalog overlay (YAML)')
    .action(async (paths: string[], flags: CalibrateFlags & { readonly color: boolean }) => {
      const [{ calibrateConstants }, model] = await Promise.all([import('./commands/calibrate.js'), loadModel()]);
      finish(await calibrateConstants(paths, flags, processTerminal(flags), model));
    });
}

function addSharedFlags(command: Command, formats: readonly string[]): Command {
  return command
    .addOption(new Option('--jobs <n>', 'worker threads (default: cores)').argParser(wholeNumber(1, 1024)))
    .addOption(new Option('--format <format>', 'what goes to stdout').choices(formats).default('text'))
    .option('--force', 'overwrite files')
    .option('--quiet', 'no progress and no warnings')
    .option('--no-color', 'no colour (also: NO_COLOR)')
    .addOption(
      new Option('--progress <mode>', 'progress on stderr').choices(['auto', 'plain', 'none']).default('auto'),
    );
}

function heldShare(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !(value >= 0 && value <= 0.5))
    throw new InvalidArgumentError('Allowed are shares from 0 (nothing kept out) to 0.5.');
  return value;
}
