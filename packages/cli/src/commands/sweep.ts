/** `infersim sweep`: trials of a scenario over all cores; a journal, results in a folder, the summary on stdout. */

import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { alignTable, jsonText } from '@infersim/report';
import { formatProblems, parseQuantity } from '@infersim/scenario';
import {
  checkSweepFolder,
  countText,
  DEFAULT_PARETO,
  type Design,
  designPaths,
  type EmitTarget,
  emitFlaw,
  emitJob,
  type FolderRule,
  openSweepFolder,
  type ParetoMetric,
  paramsObject,
  parsePareto,
  planSweep,
  type RunTrialsOptions,
  runTrials,
  type Shard,
  type SweepPlan,
  type SweepPool,
  type SweepSource,
  startPool,
  sweepResult,
  WHOLE,
} from '@infersim/sweep';
import { CliError } from '../cli-error.js';
import { ExitCode } from '../exit-code.js';
import { type Interruption, watchInterruption } from '../interruption.js';
import { problemsExitCode } from '../load-plan.js';
import type { Invocation } from '../program.js';
import { displayOf, type ProgressDisplay } from '../progress.js';
import { loadOptions, type OutputFormat, type ProgressMode, type ScenarioFlags } from '../run-flags.js';
import { type DesignFlags, readDesign } from '../sweep-design.js';
import { printSweep, sweepExitCode, sweepManifest } from '../sweep-output.js';
import { SWEEP_PROGRESS_WORDS, type SweepPhase } from '../sweep-progress.js';
import type { Terminal } from '../terminal.js';
import { VERSION } from '../version.js';
import { checkTargets, writeWholeFiles } from '../whole-files.js';

export interface SweepFlags extends ScenarioFlags, DesignFlags {
  readonly pareto?: string;
  readonly shard?: Shard;
  readonly emit?: EmitTarget;
  readonly shards: number;
  readonly image?: string;
  readonly out?: string;
  readonly force?: boolean;
  readonly resume?: boolean;
  readonly failFast?: boolean;
  readonly timeLimit?: string;
  readonly jobs?: number;
  readonly format: OutputFormat;
  readonly quiet?: boolean;
  readonly color: boolean;
  readonly progress: ProgressMode;
  readonly dryRun?: boolean;
  readonly gate: boolean;
}

type TimeLimit = NonNullable<RunTrialsOptions['limit']>;

/** Everything that one call of the command shares. */
interface Call {
  readonly path: string;
  readonly flags: SweepFlags;
  readonly terminal: Terminal;
  readonly invocation: Invocation;
  readonly design: Design;
  readonly metrics: readonly ParetoMetric[];
  readonly source: SweepSource;
  readonly limit: TimeLimit | null;
  readonly pool: SweepPool;
  readonly display: ProgressDisplay<SweepPhase>;
  readonly interruption: Interruption;
  readonly startMs: number;
  /** Run when a second signal ends the process at once. */
  onSecondSignal: () => void;
}

/** Runs a sweep. Returns the exit code; throws what `reportError` tells. */
export async function sweep(
  path: string,
  flags: SweepFlags,
  terminal: Terminal,
  invocation: Invocation,
): Promise<ExitCode> {
  const metrics = paretoMetrics(flags.pareto);
  const limit = timeLimit(flags.timeLimit);
  refuseRecording(path, flags);
  if (flags.emit !== undefined && flags.shard !== undefined)
    throw new CliError(ExitCode.USAGE, '--emit makes the shards itself: give --shards, not --shard');
  const designed = readDesign(flags);
  if (!designed.ok) {
    for (const { where, message } of designed.problems) terminal.err(`error: ${where}: ${message}\n`);
    terminal.err('nothing was run\n');
    return designed.exitCode;
  }
  probeTarget(flags, designed.design);
  const quiet = flags.quiet === true;
  const display = displayOf(SWEEP_PROGRESS_WORDS, quiet ? 'none' : flags.progress, terminal, () => performance.now());
  let call: Call | null = null;
  const interruption = watchInterruption(
    () => {
      display.clear();
      if (!quiet) terminal.err('stopping: writing what is done (once more to stop at once)\n');
    },
    () => call?.onSecondSignal(),
  );
  const pool = await startPool(invocation.sweepWorkerUrl, flags.jobs ?? availableParallelism());
  const { sets = [], overrides = {} } = loadOptions(flags);
  const source = { path, sets, overrides };
  const { design } = designed;
  const startMs = performance.now();
  const shared = {
    path,
    flags,
    terminal,
    invocation,
    design,
    metrics,
    source,
    limit,
    pool,
    display,
    interruption,
    startMs,
  };
  call = { ...shared, onSecondSignal: () => undefined };
  try {
    return await checkedSweep(call);
  } finally {
    display.clear();
    interruption.dispose();
    await pool.close();
  }
}

/** The wall time that a replication may take; null for any. */
function timeLimit(text: string | undefined): TimeLimit | null {
  if (text === undefined) return null;
  const time = parseQuantity(text, 'time', 's');
  if ('value' in time && time.value > 0) return { seconds: time.value, text: `${text} (--time-limit)` };
  throw new CliError(ExitCode.USAGE, `--time-limit: \`${text}\` is no time above 0, as 90s, 10m or 2h are`);
}

/** Per-request rows and time series of every trial would be most of a disk; who looks at them looks at one trial. */
function refuseRecording(path: string, flags: SweepFlags): void {
  const given = [
    ['--requests', flags.requests],
    ['--requests-format', flags.requestsFormat],
    ['--timeseries', flags.timeseries],
  ].find(([, value]) => value !== undefined);
  if (given === undefined) return;
  throw new CliError(
    ExitCode.USAGE,
    `${given[0]}: a sweep keeps the rows of runs.csv of each trial, not its requests or time series; run the trial that ` +
      `you want to look into by itself: infersim run ${path} --set <path=value of the trial> ${given.join(' ')}`,
  );
}

/** Finds out what stands in the way of writing before trials are checked and run, which may take hours. */
function probeTarget(flags: SweepFlags, design: Design): void {
  const { out } = flags;
  if (flags.dryRun === true) return;
  if (flags.emit !== undefined) {
    if (out !== undefined) checkTargets([out], flags.force === true);
    return;
  }
  // The default folder hangs on the scenario; it lies in this one.
  checkTargets([join(out ?? 'results', 'runs.csv')], true);
  if (out !== undefined) checkSweepFolder(out, design, flags.shard ?? WHOLE, VERSION, folderRule(flags));
}

function folderRule(flags: SweepFlags): FolderRule {
  return flags.resume === true ? 'resume' : flags.force === true ? 'overwrite' : 'refuse';
}

/** Metrics of a flag; throws a wrong command line. */
export function paretoMetrics(text: string | undefined): readonly ParetoMetric[] {
  const metrics = parsePareto(text ?? DEFAULT_PARETO);
  if ('message' in metrics) throw new CliError(ExitCode.USAGE, `--pareto: ${metrics.message}`);
  return metrics;
}

async function checkedSweep(call: Call): Promise<ExitCode> {
  const { flags, terminal, design, display, interruption } = call;
  const plan = await planSweep(call.pool, call.source, design, flags.shard ?? WHOLE, VERSION, {
    signal: interruption.signal,
    onChecked: (done, trials) => display.update({ phase: 'checking', done, trials }),
  });
  display.clear();
  const { checked, header, trials } = plan;
  if (checked.stopped) {
    if (flags.quiet !== true) terminal.err('stopped before anything was run; nothing was written\n');
    return interruption.exitCode ?? ExitCode.INTERRUPTED;
  }
  if (checked.problems.length > 0) {
    terminal.err(formatProblems(checked.problems, { color: terminal.errColor }));
    const all = checked.refused + checked.trials.length;
    terminal.err(`${checked.refused} of ${all} trials (${countText(design)}) have problems; nothing was run\n`);
    return problemsExitCode(checked.problems);
  }
  if (plan.idle.length > 0) {
    for (const { where, message } of plan.idle) terminal.err(`error: ${where}: ${message}\n`);
    terminal.err('nothing was run\n');
    return ExitCode.USAGE;
  }
  if (header === null) throw new Error('a design without problems has no header');
  if (trials.length === 0)
    throw new CliError(
      ExitCode.USAGE,
      `shard ${header.shard.index}/${header.shard.count} of ${header.trials} trials is empty`,
    );
  if (flags.quiet !== true && checked.warnings.length > 0)
    terminal.err(formatProblems(checked.warnings, { color: terminal.errColor, limit: 10 }));
  const [twins] = plan.twins;
  if (flags.quiet !== true && twins !== undefined) {
    const more = plan.twins.length === 1 ? '' : `, as do ${plan.twins.length - 1} more`;
    terminal.err(`warning: trials ${twins.join(' and ')} come to the same scenario${more}: their values are equal\n`);
  }
  const name = `${header.scenario}-sweep-${header.design.slice(0, 8)}`;
  if (flags.dryRun === true) {
    printTrials(plan, call, flags.out ?? join('results', name));
    return ExitCode.OK;
  }
  if (flags.emit !== undefined) return emit(plan, call, flags.emit, join('results', name));
  const { shard } = header;
  const slice = shard.count === 1 ? name : `${name}-shard-${shard.index}-of-${shard.count}`;
  return runPlan(plan, call, flags.out ?? join('results', slice));
}

async function runPlan(plan: SweepPlan, call: Call, out: string): Promise<ExitCode> {
  const { flags, terminal, invocation, metrics, display, interruption } = call;
  const header = plan.header!;
  const hashes = new Map(plan.trials.map(({ trial, hash }) => [trial, hash]));
  const folder = openSweepFolder(out, header, hashes, folderRule(flags));
  const release = (): void => folder.release();
  process.on('exit', release);
  call.onSecondSignal = release;
  try {
    const { kept } = folder;
    if (flags.resume === true && flags.quiet !== true) {
      const damaged = folder.damaged > 0 ? `, ${folder.damaged} damaged entries run again` : '';
      terminal.err(`${kept.size} of ${plan.trials.length} trials are finished in ${out}${damaged}\n`);
    }
    const startedAt = new Date().toISOString();
    const startS = (performance.now() - call.startMs) / 1000;
    let done = kept.size;
    let failed = 0;
    await runTrials(
      call.pool,
      call.source,
      plan.trials.filter(({ trial }) => !kept.has(trial)),
      {
        signal: interruption.signal,
        failFast: flags.failFast === true,
        ...(call.limit === null ? {} : { limit: call.limit }),
        onRecord: (record) => {
          folder.journal.add(record, performance.now());
          done++;
          if (record.status === 'failed') failed++;
        },
        onProgress: ({ simulatedS, totalS }) => {
          const trials = plan.trials.length;
          display.update({ phase: 'running', trials, done, failed, simulatedS, totalS, startS });
        },
      },
    );
    display.clear();
    const wallS = (performance.now() - call.startMs) / 1000;
    const { jobs } = call.pool;
    const result = sweepResult(header, folder.journal.entries, metrics);
    const { inputs } = plan.checked;
    const names = folder.write(
      result,
      sweepManifest(result, { argv: invocation.argv, jobs, startedAt, wallS, inputs }),
    );
    printSweep(result, { wallS, kept: kept.size }, out, names, flags.format, terminal);
    return sweepExitCode(result, flags.gate, interruption.exitCode === null ? [] : [interruption.exitCode]);
  } catch (error) {
    display.clear();
    const finished = folder.journal.entries.size;
    if (finished > 0) terminal.err(`${finished} finished trials are kept in ${out}; --resume goes on with them\n`);
    throw error;
  } finally {
    display.clear();
    folder.release();
    process.off('exit', release);
  }
}

function printTrials({ header, trials, checked }: SweepPlan, { flags, terminal, design }: Call, out: string): void {
  const paths = designPaths(design);
  const replications = trials.reduce((sum, trial) => sum + trial.replications, 0);
  if (flags.format === 'json') {
    terminal.out(
      jsonText({
        dry_run: true,
        scenario: header!.scenario,
        design: header!.design,
        trials_of_design: header!.trials,
        replications,
        out,
        trials: trials.map(({ trial, assignments, hash }) => ({
          trial,
          params: paramsObject(assignments),
          hash,
        })),
      }),
    );
    return;
  }
  if (flags.format !== 'text') return;
  const rows = trials.map(({ trial, assignments }) => [String(trial), ...assignments.map(({ text }) => text)]);
  const slice = trials.length === header!.trials ? '' : `${trials.length} of `;
  const lines = [
    ...alignTable([['trial', ...paths], ...rows]),
    '',
    `${header!.scenario}: ${slice}${header!.trials} trials (${countText(design)}), ${replications} replications, ` +
      `${checked.inputs.length} input ${checked.inputs.length === 1 ? 'file' : 'files'}`,
    `design ${header!.design}; results would go to ${out}`,
  ];
  terminal.out(`${lines.join('\n')}\n`);
}

function emit(plan: SweepPlan, call: Call, target: EmitTarget, folder: string): ExitCode {
  const { path, flags, terminal } = call;
  const header = plan.header!;
  const job = {
    scenario: header.scenario,
    designHash: header.design,
    trials: header.trials,
    shards: flags.shards,
    version: VERSION,
    sweepWords: sweepWords(path, flags),
    mergeFlags: flags.pareto === undefined ? [] : ['--pareto', flags.pareto],
    out: folder.replaceAll('\\', '/'),
    image: flags.image ?? `infersim:${VERSION}`,
  };
  const flaw = emitFlaw(target, job);
  if (flaw !== null) throw new CliError(ExitCode.USAGE, `--emit ${target}: ${flaw}`);
  const text = emitJob(target, job);
  if (flags.out === undefined) {
    terminal.out(text);
    return ExitCode.OK;
  }
  writeWholeFiles([{ path: flags.out, chunks: [text] }]);
  return ExitCode.OK;
}

/** The words that make another call run the same design. */
function sweepWords(path: string, flags: SweepFlags): string[] {
  const words = ['sweep', path];
  const add = (flag: string, value: string | number | undefined) => {
    if (value !== undefined) words.push(flag, String(value));
  };
  for (const text of flags.axis ?? []) add('--axis', text);
  for (const text of flags.zip ?? []) add('--zip', text);
  add('--axes', flags.axes);
  add('--random', flags.random);
  add('--lhs', flags.lhs);
  add('--design-seed', flags.designSeed);
  if (flags.maxTrials !== 10_000) add('--max-trials', flags.maxTrials);
  add('--pareto', flags.pareto);
  for (const text of flags.set ?? []) add('--set', text);
  add('--seed', flags.seed);
  add('--replications', flags.replications);
  add('--horizon', flags.horizon);
  add('--warmup', flags.warmup);
  add('--time-limit', flags.timeLimit);
  if (flags.stepByStep === true) words.push('--step-by-step');
  return words;
}
