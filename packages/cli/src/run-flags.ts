/**
 * The flags that `run` shares with commands that run scenarios, from the command line's text to typed values and to
 * values laid over the scenario. Values that the schema knows (`--horizon 2h`) are checked there, with the flag as origin.
 */

import type { LoadOptions, Overrides } from '@infersim/scenario';
import { type Command, InvalidArgumentError, Option } from 'commander';

export type OutputFormat = 'text' | 'json' | 'none';
export type ProgressMode = 'auto' | 'plain' | 'none';

/** What commander makes of the flags. */
export interface ScenarioFlags {
  readonly set?: readonly string[];
  readonly seed?: number;
  readonly replications?: number;
  readonly horizon?: string;
  readonly warmup?: string;
  readonly requests?: string;
  readonly requestsFormat?: string;
  readonly timeseries?: string;
  readonly stepByStep?: boolean;
}

export interface RunFlags extends ScenarioFlags {
  readonly out?: string;
  readonly force?: boolean;
  readonly jobs?: number;
  readonly format: OutputFormat;
  readonly quiet?: boolean;
  readonly color: boolean;
  readonly progress: ProgressMode;
  readonly dryRun?: boolean;
  readonly profile?: boolean;
  readonly gate: boolean;
}

/** Parses a whole number within a range; anything else is a wrong command line. */
export function wholeNumber(min: number, max: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!/^\d+$/.test(text) || value < min || value > max)
      throw new InvalidArgumentError(`Allowed are whole numbers from ${min} to ${max}.`);
    return value;
  };
}

/** Gathers the values of a repeatable option. */
export function collect(value: string, previous: readonly string[] | undefined): readonly string[] {
  return [...(previous ?? []), value];
}

function requestsRule(text: string): string {
  if (text === 'none' || text === 'all') return text;
  const sample = /^sample:(\d{1,9})$/.exec(text);
  if (sample === null || Number(sample[1]) < 1)
    throw new InvalidArgumentError('Allowed are none, all, or sample:N with N at least 1.');
  return text;
}

/** Flags that change the scenario. */
export function addScenarioFlags(command: Command): Command {
  return addWorldFlags(command)
    .addOption(new Option('--requests <none|sample:N|all>', 'rows of requests.csv').argParser(requestsRule))
    .addOption(new Option('--requests-format <format>', 'requests.csv or requests.parquet').choices(['csv', 'parquet']))
    .option('--timeseries <time|off>', 'time per row of timeseries.csv, e.g. 60s');
}

/** Flags that change what is simulated, not what is recorded of it. */
export function addWorldFlags(command: Command): Command {
  return command
    .addOption(new Option('--set <path=value>', 'lay a value over the scenario (repeatable)').argParser(collect))
    .addOption(
      new Option('--seed <n>', 'seed of all random numbers').argParser(wholeNumber(0, Number.MAX_SAFE_INTEGER)),
    )
    .addOption(new Option('--replications <n>', 'runs with other random numbers').argParser(wholeNumber(1, 10_000)))
    .option('--horizon <time>', 'simulated time, e.g. 2h')
    .option('--warmup <time>', 'time before statistics start, e.g. 5m')
    .option('--step-by-step', 'take every step instead of leaping: slow, same results');
}

/** Flags of commands that run something. */
export function addRunFlags(command: Command): Command {
  return addScenarioFlags(command)
    .option('-o, --out <dir>', 'results folder (default: results/<name>-<hash>)')
    .option('--force', 'overwrite results in the folder')
    .addOption(new Option('--jobs <n>', 'worker threads (default: cores)').argParser(wholeNumber(1, 1024)))
    .addOption(new Option('--format <format>', 'what goes to stdout').choices(['text', 'json', 'none']).default('text'))
    .option('--quiet', 'no progress and no warnings')
    .option('--no-color', 'no colour (also: NO_COLOR)')
    .addOption(new Option('--progress <mode>', 'progress on stderr').choices(['auto', 'plain', 'none']).default('auto'))
    .option('--dry-run', 'check everything, run nothing, write nothing')
    .option('--profile', 'print events/s, time and memory to stderr')
    .option('--no-gate', 'exit with 0 also when an objective is missed');
}

/** The flags as the scenario room takes them; `--set` wins over the other flags. */
export function loadOptions(flags: ScenarioFlags): LoadOptions {
  const overrides: Overrides = {
    ...(flags.seed === undefined ? {} : { seed: flags.seed }),
    ...(flags.replications === undefined ? {} : { replications: flags.replications }),
    ...(flags.horizon === undefined ? {} : { horizonS: flags.horizon }),
    ...(flags.warmup === undefined ? {} : { warmupS: flags.warmup }),
    ...(flags.requests === undefined ? {} : { requests: flags.requests }),
    ...(flags.requestsFormat === undefined ? {} : { requestsFormat: flags.requestsFormat }),
    ...(flags.timeseries === undefined ? {} : { timeseries: flags.timeseries }),
    ...(flags.stepByStep === true ? { stepByStep: true } : {}),
  };
  return { sets: flags.set ?? [], overrides };
}
