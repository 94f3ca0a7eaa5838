/** Flags of `sweep` and `merge`. Their code is loaded only when one of them runs, so that starting up stays quick. */

import { type Command, InvalidArgumentError, Option } from 'commander';
import type { MergeFlags } from './commands/merge.js';
import type { SweepFlags } from './commands/sweep.js';
import type { Finish, Invocation } from './program.js';
import { addWorldFlags, collect, wholeNumber } from './run-flags.js';
import { processTerminal } from './terminal.js';

const PARETO = 'metrics of the Pareto set: columns, with :min or :max (default: cost,ttft_ms_p95,power_kw)';

const EXAMPLES = `
Axes: path=v1,v2   path=a..b:n   path=a..b:n:log   path=a..b:n:int   with --random, --lhs also path=a..b
Examples:
  infersim sweep s.yaml --axis workloads.chat.arrivals.rate_per_s=5..40:8 --axis grids.cloud.sites[0].pools[0].replicas=2,4
  infersim sweep s.yaml --lhs 50 --axis workloads.chat.arrivals.rate_per_s=5..40:log --resume -o results/lhs`;

/** Adds both commands to the program. */
export function addSweepCommands(program: Command, invocation: Invocation, finish: Finish): void {
  const sweep = program
    .command('sweep')
    .argument('<scenario>', 'scenario file')
    .description('run trials of a scenario over all cores: grids, draws, shards; can be resumed')
    .addOption(new Option('--axis <path=values>', 'vary a value (repeatable): axes are crossed').argParser(collect))
    .addOption(new Option('--zip <path=values>', 'like --axis, but all of these move together').argParser(collect))
    .option('--axes <file>', 'axes from a YAML file')
    .addOption(new Option('--random <n>', 'draw n trials from the axes').argParser(wholeNumber(1, 1e7)))
    .addOption(
      new Option('--lhs <n>', 'draw n trials as a Latin hypercube').argParser(wholeNumber(1, 1e7)).conflicts('random'),
    )
    .addOption(
      new Option('--design-seed <n>', 'seed of the draws (default: 1)').argParser(
        wholeNumber(0, Number.MAX_SAFE_INTEGER),
      ),
    )
    .addOption(new Option('--max-trials <n>', 'refuse larger designs').argParser(wholeNumber(1, 1e7)).default(10_000))
    .option('--pareto <metrics>', PARETO);
  addWorldFlags(sweep)
    .addOption(new Option('--shard <i/n>', 'run slice i of n').argParser(shard))
    .addOption(
      new Option('--emit <engine>', 'write a job file instead of running').choices([
        'kubernetes',
        'slurm',
        'github-actions',
      ]),
    )
    .addOption(new Option('--shards <n>', 'slices in the job file').argParser(wholeNumber(1, 100_000)).default(4))
    .option('--image <name>', 'container image in the job file (default: infersim:<version>)')
    .option('-o, --out <path>', 'results folder (default: results/<name>-sweep-<hash>); with --emit the job file')
    .addOption(new Option('--force', 'start over in a folder that holds results').conflicts('resume'))
    .option('--resume', 'skip trials that are finished in the folder')
    .addOption(new Option('--fail-fast', 'stop at the first trial that fails').conflicts('keepGoing'))
    .option('--keep-going', 'go on when a trial fails (default)')
    .option('--time-limit <time>', 'fail a trial when one of its replications takes longer to run, e.g. 10m')
    // Taken to say why there is no such flag here.
    .addOption(new Option('--requests <rule>').hideHelp())
    .addOption(new Option('--requests-format <format>').hideHelp())
    .addOption(new Option('--timeseries <time>').hideHelp())
    .addOption(new Option('--jobs <n>', 'worker threads (default: cores)').argParser(wholeNumber(1, 1024)))
    .addOption(new Option('--format <format>', 'what goes to stdout').choices(['text', 'json', 'none']).default('text'))
    .option('--quiet', 'no progress and no warnings')
    .option('--no-color', 'no colour (also: NO_COLOR)')
    .addOption(new Option('--progress <mode>', 'progress on stderr').choices(['auto', 'plain', 'none']).default('auto'))
    .option('--dry-run', 'check every trial, print them, run nothing')
    .option('--no-gate', 'exit with 0 also when a trial misses an objective')
    .addHelpText('after', EXAMPLES)
    .action(async (path: string, flags: SweepFlags) => {
      const { sweep: run } = await import('./commands/sweep.js');
      finish(await run(path, flags, processTerminal(flags), invocation));
    });

  program
    .command('merge')
    .argument('<shard...>', 'folders of all shards of a sweep')
    .description('join the shards of a sweep: the bytes of the sweep on one machine')
    .requiredOption('-o, --out <dir>', 'results folder')
    .option('--force', 'overwrite results in the folder')
    .option('--pareto <metrics>', PARETO)
    .addOption(new Option('--format <format>', 'what goes to stdout').choices(['text', 'json', 'none']).default('text'))
    .option('--no-color', 'no colour (also: NO_COLOR)')
    .option('--no-gate', 'exit with 0 also when a trial misses an objective')
    .action(async (folders: string[], flags: MergeFlags & { readonly color: boolean }) => {
      const { merge } = await import('./commands/merge.js');
      finish(merge(folders, flags, processTerminal(flags), invocation));
    });
}

/** Checked here so that the sweep's code need not be loaded to refuse it. */
function shard(text: string): { readonly index: number; readonly count: number } {
  const match = /^(\d{1,6})\/(\d{1,6})$/.exec(text);
  const [index, count] = [Number(match?.[1]), Number(match?.[2])];
  if (match === null || index < 1 || index > count)
    throw new InvalidArgumentError('Allowed are i/n with i from 1 to n, e.g. 2/8.');
  return { index, count };
}
