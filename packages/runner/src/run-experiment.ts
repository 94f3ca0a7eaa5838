/**
 * All replications of a plan over worker threads, merged in order: the same bytes for any number of workers.
 *
 * The calling thread stays free (signals, progress): even one job runs in a worker. Workers report simulated time and
 * events through shared memory, and look there whether they should stop.
 */

import { Fingerprint, hashString } from '@infersim/kernel';
import { TraceError } from '@infersim/workload';
import { estimatesOf } from './estimates.js';
import { judgeObjectives } from './objectives.js';
import { RequestSpoolError } from './request-spool.js';
import type { ExperimentResult, ReplicationResult } from './results.js';
import type { RunPlan } from './run-plan.js';
import { SHARED_STOP, sharedCells, sharedEvents, sharedTime } from './shared-progress.js';
import type { ReplicationTask, SpoolFault, TraceFault } from './worker.js';

/** Progress of all replications together. */
export interface Progress {
  /** Replications that have ended. */
  readonly done: number;
  readonly replications: number;
  /** Simulated seconds so far, over all replications, and those in all. */
  readonly simulatedS: number;
  readonly totalS: number;
  readonly events: number;
}

export interface ExperimentOptions {
  /** Worker threads, at least 1. */
  readonly jobs: number;
  /** File of the built worker. */
  readonly workerUrl: URL;
  readonly onProgress?: (progress: Progress) => void;
  /** Milliseconds between calls of `onProgress`. */
  readonly progressEveryMs?: number;
  /** Once aborted, running replications stop early and are marked interrupted; those not begun are left out. */
  readonly signal?: AbortSignal;
  /**
   * File for the request rows of a replication, which then lie there as `spooledRequests` and not in memory. Whoever
   * names the files removes them, those of a run that failed too.
   */
  readonly spoolPathOf?: (replication: number) => string;
}

/** Replications that differ: one when nothing in the world is random. */
export function replicationsToRun(plan: RunPlan): number {
  return plan.deterministic ? 1 : plan.replications;
}

/**
 * Runs the experiment. Rejects with a `TraceError` when a trace proves broken while it is read, with a `RequestSpoolError`
 * when rows cannot be written, else with what a worker
 * threw (a model bug carries scenario, seed and replication). Resolves
 * also when aborted, with `interrupted` set, as long as one replication has something to show.
 */
export async function runExperiment(plan: RunPlan, options: ExperimentOptions): Promise<ExperimentResult> {
  const { Piscina } = await import('piscina');
  const count = replicationsToRun(plan);
  const shared = new Float64Array(new SharedArrayBuffer(8 * sharedCells(count)));
  const threads = Math.max(1, Math.min(options.jobs, count));
  const pool = new Piscina({
    filename: options.workerUrl.href,
    minThreads: threads,
    maxThreads: threads,
    // Deep stacks never occur; the default young generation makes typed-array churn costly.
    resourceLimits: { maxYoungGenerationSizeMb: 64 },
  });
  const progress = () => {
    let simulatedS = 0;
    let events = 0;
    for (let replication = 1; replication <= count; replication++) {
      simulatedS += shared[sharedTime(replication)]!;
      events += shared[sharedEvents(replication)]!;
    }
    options.onProgress?.({ done, replications: count, simulatedS, totalS: count * plan.world.horizonS, events });
  };
  let done = 0;
  const timer = options.onProgress ? setInterval(progress, options.progressEveryMs ?? 250) : undefined;
  const stop = () => {
    shared[SHARED_STOP] = 1;
  };
  options.signal?.addEventListener('abort', stop);
  if (options.signal?.aborted) stop();
  try {
    const results = await Promise.all(
      Array.from({ length: count }, async (_, index) => {
        const spoolPath = options.spoolPathOf?.(index + 1);
        const spool = spoolPath === undefined ? {} : { spoolPath };
        const task: ReplicationTask = { plan, replication: index + 1, shared, ...spool };
        const result = (await pool.run(task)) as ReplicationResult | TraceFault | SpoolFault | null;
        if (result !== null && 'traceFault' in result) throw traceErrorOf(result);
        if (result !== null && 'spoolFault' in result)
          throw new RequestSpoolError(result.spoolFault.path, result.spoolFault.code, result.message);
        done++;
        return result;
      }),
    );
    progress();
    const finished = results.filter((result): result is ReplicationResult => result !== null);
    return mergeReplications(plan, finished, options.signal?.aborted ?? false);
  } finally {
    clearInterval(timer);
    options.signal?.removeEventListener('abort', stop);
    await pool.destroy();
  }
}

function traceErrorOf(fault: TraceFault): TraceError {
  const error = new TraceError(fault.traceFault, '');
  error.message = fault.message;
  return error;
}

/** Joins replications, in order, to one result. */
export function mergeReplications(
  plan: RunPlan,
  replications: readonly ReplicationResult[],
  interrupted = false,
): ExperimentResult {
  const estimates = estimatesOf(replications, plan.confidence);
  const fingerprint = new Fingerprint();
  for (const result of replications) fingerprint.add(hashString(result.fingerprint), 0, result.replication);
  const warnings = [...plan.warnings, ...new Set(replications.flatMap((result) => result.warnings))];
  for (const result of replications) {
    for (const check of result.conservation) {
      if (!check.passed) {
        warnings.push(
          `replication ${result.replication}: conservation of ${check.name} is broken (${check.meaning}): ` +
            `${check.left} against ${check.right}; this is a bug of infersim`,
        );
      }
    }
  }
  return {
    plan,
    replications,
    scopes: replications[0]?.scopes ?? [],
    estimates,
    objectives: judgeObjectives(plan, replications, estimates),
    fingerprint: replications.length === 1 ? replications[0]!.fingerprint : fingerprint.digest(),
    interrupted: interrupted || replications.some((result) => result.interrupted),
    deterministic: plan.deterministic,
    stable: replications.every((result) => result.stable),
    conserved: replications.every((result) => result.conservation.every((check) => check.passed)),
    warnings,
  };
}
