/**
 * The commands and their flags. Every command's code is loaded only when it runs, so that starting up stays quick.
 */

import { Argument, Command, InvalidArgumentError, Option } from 'commander';
import { addAccuracyCommands } from './accuracy-commands.js';
import type { ExitCode } from './exit-code.js';
import { addRunFlags, addScenarioFlags, type RunFlags, wholeNumber } from './run-flags.js';
import { addSweepCommands } from './sweep-commands.js';
import { processTerminal, type Terminal } from './terminal.js';
import { VERSION } from './version.js';

/** Called by a command's action with its exit code. */
export type Finish = (exitCode: ExitCode) => void;

const CATALOG_KINDS = ['devices', 'models', 'engines', 'racks', 'regions'] as const;
const TRACE_FORMATS = ['auto', 'canonical', 'azure-llm', 'mooncake', 'burstgpt', 'lengths'] as const;

const EXIT_CODES = `
Exit codes: 0 done and every objective met, 1 bug of infersim, 2 wrong command line,
3 invalid scenario or trace, 4 file or disk, 5 trials of a sweep failed,
8 regression (compare, accuracy),
99 an objective missed (results are written), 130/143 interrupted (partial results).`;

/** What commands need to know about the process. */
export interface Invocation {
  /** Repeated in manifests and bug reports. */
  readonly argv: readonly string[];
  /** The built worker that replications run in. */
  readonly workerUrl: URL;
  /** The built worker that measured rows are predicted in. */
  readonly predictionWorkerUrl: URL;
  /** The built worker that trials of sweeps run in. */
  readonly sweepWorkerUrl: URL;
}

/** Builds the program. */
export function buildProgram(invocation: Invocation, finish: Finish): Command {
  const program = new Command('infersim')
    .description('Simulates fleets that serve AI models: throughput, latency, cost per token, kW')
    .version(VERSION, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print help')
    .helpCommand('help [command]', 'print help for a command')
    .addHelpText('after', EXIT_CODES)
    .exitOverride();
  addRunCommands(program, invocation, finish);
  addSweepCommands(program, invocation, finish);
  addResultCommands(program, finish);
  const loadModel = async () => {
    const { engineAccuracyModel } = await import('./engine-accuracy-model.js');
    return engineAccuracyModel(invocation.predictionWorkerUrl);
  };
  addAccuracyCommands(program, loadModel, finish);
  addCatalogCommands(program, finish);
  addToolCommands(program, finish);
  return program;
}

function terminalOf(flags: object): Terminal {
  return processTerminal({ color: !('color' in flags && flags.color === false) });
}

function formatOption(...choices: readonly string[]): Option {
  return new Option('--format <format>', 'what goes to stdout').choices(choices).default(choices[0]);
}

function addRunCommands(program: Command, invocation: Invocation, finish: Finish): void {
  addRunFlags(program.command('run').argument('<scenario>', 'scenario file'))
    .description('run a scenario: summary on stdout, results in a folder')
    .action(async (path: string, flags: RunFlags) => {
      const { run } = await import('./commands/run.js');
      finish(await run(path, flags, terminalOf(flags), invocation));
    });

  addScenarioFlags(program.command('validate').argument('<scenario...>', 'scenario files'))
    .description('print all problems of scenarios, run nothing')
    .addOption(formatOption('text', 'json', 'github'))
    .option('--quiet', 'print problems only')
    .option('--no-color', 'no colour (also: NO_COLOR)')
    .action(async (paths: string[], flags) => {
      const { validate } = await import('./commands/validate.js');
      finish(validate(paths, flags, terminalOf(flags)));
    });

  addScenarioFlags(program.command('explain').argument('<scenario>', 'scenario file'))
    .description('print the resolved plan: defaults, memory fit, predicted step times, sources')
    .addOption(formatOption('text', 'json', 'yaml'))
    .option('--no-color', 'no colour (also: NO_COLOR)')
    .action(async (path: string, flags) => {
      const { explain } = await import('./commands/explain.js');
      finish(explain(path, flags, terminalOf(flags)));
    });
}

function addResultCommands(program: Command, finish: Finish): void {
  program
    .command('report')
    .argument('<results>', 'results folder')
    .description('print saved results again')
    .addOption(formatOption('text', 'json'))
    .option('--no-color', 'no colour (also: NO_COLOR)')
    .action(async (path: string, flags) => {
      const { report } = await import('./commands/report.js');
      finish(report(path, flags, terminalOf(flags)));
    });

  program
    .command('compare')
    .argument('<results...>', 'results folders; the first is the baseline')
    .description('compare results, paired by seed: absolute, delta, interval, verdict')
    .addOption(formatOption('text', 'json'))
    .option('--metric <column...>', 'columns of runs.csv to show (default: the headline figures)')
    .option('--scope <kind/id>', 'what to show: all, grid/cloud, pool/site/id, workload/id', 'all')
    .addOption(
      new Option('--threshold <percent>', 'differences up to this share count as none')
        .argParser(percentage)
        .default(1),
    )
    .option('--gate', 'exit with 8 on a regression (default)')
    .option('--no-gate', 'exit with 0 also on a regression')
    .option('--no-color', 'no colour (also: NO_COLOR)')
    .action(async (paths: string[], flags) => {
      const { compare } = await import('./commands/compare.js');
      finish(compare(paths, flags, terminalOf(flags)));
    });
}

function addCatalogCommands(program: Command, finish: Finish): void {
  for (const kind of CATALOG_KINDS) {
    const group = program.command(kind).description(`${kind} of the catalog, with source and grade of each number`);
    group
      .command('list')
      .description(`list ${kind}`)
      .addOption(formatOption('text', 'json'))
      .action(async (flags) => {
        const { listCatalog } = await import('./commands/catalog.js');
        finish(listCatalog(kind, flags, terminalOf(flags)));
      });
    group
      .command('show')
      .argument('<id>', 'id of the entry')
      .description('show every number of an entry')
      .addOption(formatOption('text', 'json'))
      .action(async (id: string, flags) => {
        const { showCatalog } = await import('./commands/catalog.js');
        finish(showCatalog(kind, id, flags, terminalOf(flags)));
      });
  }
}

function addToolCommands(program: Command, finish: Finish): void {
  program
    .command('trace')
    .description('recorded traces')
    .command('inspect')
    .argument('<file>', 'trace, plain or gzip')
    .description('print counts, rates, burstiness, length quantiles, prefix reuse')
    .addOption(formatOption('text', 'json'))
    .addOption(new Option('--trace-format <format>', 'format of the file').choices(TRACE_FORMATS).default('auto'))
    .addOption(
      new Option('--bad-rows <rule>', 'stop at a bad row, or drop and count it')
        .choices(['refuse', 'drop'])
        .default('refuse'),
    )
    .addOption(
      new Option('--prefix-cache <blocks>', 'sizes of LRU caches to try, e.g. 1000,50000').argParser((text) =>
        text.split(',').map(wholeNumber(1, 1e9)),
      ),
    )
    .action(async (path: string, flags) => {
      const { inspect } = await import('./commands/trace.js');
      finish(inspect(path, flags, terminalOf(flags)));
    });

  program
    .command('schema')
    .addArgument(
      new Argument('[topic]', 'what to print')
        .choices(['scenario', 'summary', 'overlay', 'accuracy', 'columns', 'reference'])
        .default('scenario'),
    )
    .description('print JSON Schemas, column docs, the scenario reference')
    .addOption(new Option('--format <format>', 'columns and reference as text or JSON').choices(['text', 'json']))
    .action(async (topic, flags) => {
      const { schema } = await import('./commands/schema.js');
      finish(schema(topic, flags, terminalOf(flags)));
    });

  program
    .command('init')
    .argument('[file]', 'file to write, - for stdout', 'scenario.yaml')
    .description('write a starter scenario')
    .addOption(
      new Option('--template <name>', 'which one')
        .choices(['cloud', 'enterprise', 'edge', 'three-grids'])
        .default('cloud'),
    )
    .option('--force', 'overwrite the file')
    .action(async (path: string, flags) => {
      const { init } = await import('./commands/init.js');
      finish(init(path, flags, terminalOf(flags)));
    });

  program
    .command('completion')
    .addArgument(new Argument('<shell>', 'which shell').choices(['bash', 'zsh', 'fish']))
    .description('print a completion script')
    .action(async (shell) => {
      const { completion } = await import('./commands/completion.js');
      finish(completion(shell, program, terminalOf({})));
    });
}

function percentage(text: string): number {
  const value = Number(text.replace(/\s*%$/, ''));
  if (text.trim() === '' || !Number.isFinite(value) || value < 0)
    throw new InvalidArgumentError('Allowed are percentages of 0 or more.');
  return value;
}
