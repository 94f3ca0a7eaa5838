/** `infersim run`: one scenario, its replications, results in a folder, the summary on stdout. */

import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import {
  claimResultsFolder,
  jsonText,
  type ResultFile,
  ResultsError,
  type ResultsFolder,
  requestCount,
  summaryDocument,
  summaryJson,
  systemReason,
  terminalSummary,
} from '@infersim/report';
import {
  type ExperimentResult,
  planThreads,
  RequestSpoolError,
  replicationsToRun,
  runExperiment,
  type ThreadPlan,
  WorkersDied,
} from '@infersim/runner';
import { CliError } from '../cli-error.js';
import { decideExitCode, ExitCode } from '../exit-code.js';
import { watchInterruption } from '../interruption.js';
import { loadPlan } from '../load-plan.js';
import type { Invocation } from '../program.js';
import { displayOf, type ProgressDisplay, progressDisplay, ROWS_WORDS, type RowsWritten } from '../progress.js';
import { requestsFile, resultFiles, resultsFolderName, summaryInputs } from '../result-files.js';
import type { RunFlags } from '../run-flags.js';
import type { Terminal } from '../terminal.js';
import { checkFolder } from '../whole-files.js';

/** Runs a scenario. Returns the exit code; throws what `reportError` tells. */
export async function run(
  path: string,
  flags: RunFlags,
  terminal: Terminal,
  invocation: Invocation,
): Promise<ExitCode> {
  const quiet = flags.quiet === true;
  const outcome = loadPlan(path, flags, terminal, { quiet });
  if (!outcome.ok) return outcome.exitCode;
  const { loaded } = outcome;
  const { plan } = loaded;
  const out = flags.out ?? join('results', resultsFolderName(loaded));
  const replications = replicationsToRun(plan);
  const jobs = flags.jobs ?? availableParallelism();
  if (flags.dryRun === true) {
    const facts = { scenario: plan.name, replications, seed: plan.seed, horizon_s: plan.world.horizonS, out };
    if (flags.format === 'json') terminal.out(jsonText({ dry_run: true, ...facts }));
    else if (flags.format === 'text')
      terminal.out(
        `${plan.name} is valid: ${replications} replications of ${plan.world.horizonS} s, seed ${plan.seed}\n` +
          `results would go to ${out}\n`,
      );
    return ExitCode.OK;
  }

  checkFolder(out);
  const folder = claimResultsFolder(out, { force: flags.force === true });
  const release = (): void => folder.release();
  process.on('exit', release);
  const progressMode = quiet ? 'none' : flags.progress;
  const simulating = progressDisplay(progressMode, terminal, () => performance.now());
  let display: Pick<ProgressDisplay, 'clear'> = simulating;
  const interruption = watchInterruption(
    () => {
      display.clear();
      if (!quiet) terminal.err('stopping: writing partial results (once more to stop at once)\n');
    },
    () => folder.release(),
  );
  try {
    const startedAt = new Date().toISOString();
    const startMs = performance.now();
    const result = await runExperiment(plan, {
      jobs,
      workerUrl: invocation.workerUrl,
      onProgress: (progress) => simulating.update(progress),
      signal: interruption.signal,
      spoolPathOf: (replication, thread) => folder.temporaryPath(`requests-${replication}-${thread}`),
    }).catch((cause: unknown) => {
      if (cause instanceof RequestSpoolError)
        throw new ResultsError('RESULTS_WRITE', out, `cannot write request rows into ${out}: ${systemReason(cause)}`);
      if (cause instanceof WorkersDied) throw new CliError(ExitCode.LIMIT, `nothing to show: ${cause.message}`);
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw reason.startsWith('scenario ')
        ? cause
        : new Error(`scenario ${plan.name}, seed ${plan.seed}: ${reason}`, { cause });
    });
    const wallS = (performance.now() - startMs) / 1000;
    display.clear();
    if (result.replications.length === 0) {
      if (!quiet) terminal.err('stopped before there was anything to show; nothing was written\n');
      return interruption.exitCode ?? ExitCode.INTERRUPTED;
    }
    const writing = displayOf(ROWS_WORDS, progressMode, terminal, () => performance.now());
    display = writing;
    const requests = await stageRequests(folder, result, writing);
    display.clear();
    const threads = planThreads(plan, jobs, replications);
    const circumstances = { argv: invocation.argv, jobs: threads.workers, startedAt, wallS };
    const { files, names } = resultFiles(result, loaded, circumstances, requests === null ? [] : [requests.name]);
    folder.write(files);
    if (flags.profile === true) terminal.err(profileText(result, threads, wallS));
    print(result, loaded, folder, names, wallS, flags, terminal);
    return exitCodeOf(result, interruption.exitCode, flags.gate, terminal);
  } finally {
    display.clear();
    interruption.dispose();
    folder.release();
    process.off('exit', release);
  }
}

/** Writes the request rows, if there are any, and shows how far it is. */
async function stageRequests(
  folder: ResultsFolder,
  result: ExperimentResult,
  display: ProgressDisplay<RowsWritten>,
): Promise<ResultFile | null> {
  const of = requestCount(result);
  let shown = 0;
  const file = await requestsFile(result, (rows) => {
    if (rows - shown < of / 200) return;
    shown = rows;
    display.update({ rows, of });
  });
  if (file !== null) await folder.stage(file);
  return file;
}

function print(
  result: ExperimentResult,
  loaded: Parameters<typeof summaryInputs>[0],
  folder: ResultsFolder,
  names: readonly string[],
  wallS: number,
  flags: RunFlags,
  terminal: Terminal,
): void {
  const inputs = summaryInputs(loaded);
  if (flags.format === 'json') terminal.out(summaryJson(result, inputs));
  if (flags.format !== 'text') return;
  terminal.out(
    terminalSummary(
      summaryDocument(result, inputs),
      { events: eventsOf(result), wallS, files: names.map((name) => join(folder.path, name)) },
      { color: terminal.outColor, ascii: terminal.ascii },
    ),
  );
}

function eventsOf(result: ExperimentResult): number {
  return result.replications.reduce((sum, replication) => sum + replication.events, 0);
}

function exitCodeOf(
  result: ExperimentResult,
  interrupted: ExitCode | null,
  gate: boolean,
  terminal: Terminal,
): ExitCode {
  const codes: ExitCode[] = [];
  if (!result.conserved) {
    const broken = result.replications.flatMap((replication) =>
      replication.conservation
        .filter((check) => !check.passed)
        .map(
          (check) =>
            `replication ${replication.replication}: ${check.name} (${check.meaning}): ${check.left} is not ${check.right}`,
        ),
    );
    terminal.err(`internal error: conservation is broken, this is a bug of infersim\n${broken.join('\n')}\n`);
    codes.push(ExitCode.BUG);
  }
  if (interrupted !== null) codes.push(interrupted);
  if (result.lost.length > 0) {
    terminal.err(`error: ${result.lost.join('; ')}; the results are of the others\n`);
    codes.push(ExitCode.LIMIT);
  }
  const isMissed = result.objectives.some((outcome) => !outcome.passed && outcome.objective.severity === 'fail');
  if (isMissed && gate) codes.push(ExitCode.OBJECTIVE_FAILED);
  return decideExitCode(codes);
}

function profileText(result: ExperimentResult, threads: ThreadPlan, wallS: number): string {
  const events = eventsOf(result);
  const steps = result.replications.reduce((sum, replication) => sum + replication.steps, 0);
  const memoryMiB = process.resourceUsage().maxRSS / 1024;
  return (
    `profile: ${events} events, ${Math.round(events / wallS)} events/s, ${steps} steps, ` +
    `${wallS.toFixed(3)} s, peak memory ${memoryMiB.toFixed(0)} MiB\n` +
    `threads: ${threads.workers}, ${threads.perReplication} on each replication (${threads.reason})\n`
  );
}
