/**
 * All replications of a plan over worker threads, merged in order: the same bytes for any number of workers. With more
 * threads than replications several of them share the lanes of each.
 *
 * The calling thread stays free (signals, progress): even one job runs in a worker. Workers report simulated time and
 * events through shared memory, and look there whether they should stop.
 */

import { Fingerprint, hashString } from '@infersim/kernel';
import { TraceError } from '@infersim/workload';
import { estimatesOf } from './estimates.js';
import { createLaneGroup, failGroup } from './lane-group.js';
import { judgeObjectives } from './objectives.js';
import { RequestSpoolError } from './request-spool.js';
import type { ExperimentResult, ReplicationResult } from './results.js';
import type { RunPlan } from './run-plan.js';
import { SHARED_STOP, sharedCells, sharedEvents, sharedTime } from './shared-progress.js';
import { planThreads } from './threads.js';
import type { GroupFault, PartReply, TraceFault, WorkerReply, WorkerTask } from './worker.js';
import { deathReason, heapShareMiB, WorkersDied } from './worker-death.js';

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
  /** Threads on the lanes of each replication, for measuring; absent = as many as pay (`planThreads`). */
  readonly threadsPerReplication?: number;
  /** File of the built worker. */
  readonly workerUrl: URL;
  /** Bound of each worker's heap, MiB; default its share of the memory. */
  readonly heapMiB?: number;
  readonly onProgress?: (progress: Progress) => void;
  /** Milliseconds between calls of `onProgress`. */
  readonly progressEveryMs?: number;
  /** Once aborted, running replications stop early and are marked interrupted; those not begun are left out. */
  readonly signal?: AbortSignal;
  /**
   * Files for the request rows of a replication, which then lie there as `spooledRequests` and not in memory: one for each
   * thread (from 0) that works on it. Whoever names the files removes them, those of a run that failed too.
   */
  readonly spoolPathOf?: (replication: number, thread: number) => string;
}

/** Replications that differ: one when nothing in the world is random. */
export function replicationsToRun(plan: RunPlan): number {
  return plan.deterministic ? 1 : plan.replications;
}

/**
 * Runs the experiment. Rejects with a `TraceError` when a trace proves broken while it is read, with a `RequestSpoolError`
 * when rows cannot be written, else with what a worker
 * threw (a model bug carries scenario, seed and replication). Resolves
 * also when aborted, with `interrupted` set, as long as one replication has something to show. A worker that dies takes its
 * replication with it and no other: the result is `interrupted` and says so in `lost`; `WorkersDied` when none is left.
 */
export async function runExperiment(plan: RunPlan, options: ExperimentOptions): Promise<ExperimentResult> {
  const { Piscina } = await import('piscina');
  const count = replicationsToRun(plan);
  const { workers, perReplication, lanes } = planThreads(plan, options.jobs, count, options.threadsPerReplication);
  const shared = new Float64Array(new SharedArrayBuffer(8 * sharedCells(count, perReplication)));
  const heapMiB = options.heapMiB ?? heapShareMiB(workers);
  const pool = new Piscina({
    filename: options.workerUrl.href,
    minThreads: workers,
    maxThreads: workers,
    // Deep stacks never occur; the default young generation makes typed-array churn costly.
    resourceLimits: {
      maxYoungGenerationSizeMb: 64,
      maxOldGenerationSizeMb: heapMiB,
    },
  });
  // A thread that dies between tasks is replaced; there is nobody to tell.
  pool.on('error', () => undefined);
  const progress = () => {
    let simulatedS = 0;
    let events = 0;
    for (let replication = 1; replication <= count; replication++) {
      for (let thread = 0; thread < perReplication; thread++) {
        simulatedS += shared[sharedTime(replication, thread, perReplication)]! / perReplication;
        events += shared[sharedEvents(replication, thread, perReplication)]!;
      }
    }
    options.onProgress?.({ done, replications: count, simulatedS, totalS: count * plan.world.horizonS, events });
  };
  let done = 0;
  const lost: string[] = [];
  const timer = options.onProgress ? setInterval(progress, options.progressEveryMs ?? 250) : undefined;
  const stop = () => {
    shared[SHARED_STOP] = 1;
  };
  options.signal?.addEventListener('abort', stop);
  if (options.signal?.aborted) stop();
  try {
    const runs = Array.from({ length: count }, async (_, index) => {
      const replication = index + 1;
      const spooled = (thread: number) => {
        const spoolPath = options.spoolPathOf?.(replication, thread);
        return spoolPath === undefined ? {} : { spoolPath };
      };
      const run = async <Reply>(request: WorkerTask) => checked<Reply>(await pool.run(request));
      try {
        const result =
          perReplication === 1
            ? await run<ReplicationResult | null>({ kind: 'replication', plan, replication, shared, ...spooled(0) })
            : await runTogether(run, { plan, replication, spooled }, shared, perReplication, lanes);
        done++;
        return result;
      } catch (error) {
        const reason = deathReason(error, heapMiB);
        if (reason !== null) {
          lost.push(`replication ${replication} is lost, its worker died: ${reason}`);
          return null;
        }
        // The others need not go on; the pool is closed only when none of them still has something to say.
        stop();
        throw error;
      }
    });
    const results = valuesOf(await Promise.allSettled(runs));
    progress();
    const finished = results.filter((result): result is ReplicationResult => result !== null);
    if (finished.length === 0 && lost.length > 0) throw new WorkersDied(lost.join('; '));
    return mergeReplications(plan, finished, options.signal?.aborted ?? false, lost);
  } finally {
    clearInterval(timer);
    options.signal?.removeEventListener('abort', stop);
    await pool.destroy();
  }
}

/** One replication on several threads; null when it was stopped before it began. */
async function runTogether(
  run: <Reply>(request: WorkerTask) => Promise<Reply>,
  task: {
    readonly plan: RunPlan;
    readonly replication: number;
    readonly spooled: (thread: number) => { readonly spoolPath?: string };
  },
  shared: Float64Array,
  threads: number,
  lanes: number,
): Promise<ReplicationResult | null> {
  if (shared[SHARED_STOP] === 1) return null;
  const { plan, replication, spooled } = task;
  const group = createLaneGroup(threads);
  const share = (thread: number) => Math.floor((thread * lanes) / threads);
  const replies = await Promise.allSettled(
    Array.from({ length: threads }, (_, thread) =>
      run<PartReply | GroupFault>({
        kind: 'part',
        plan,
        replication,
        shared,
        group,
        thread,
        fromLane: share(thread),
        toLane: share(thread + 1),
        ...spooled(thread),
      }).catch((error: unknown) => {
        // One that died could not say so itself.
        failGroup(group);
        throw error;
      }),
    ),
  );
  // A share that was given up says only that; why is in the reply of another, which `valuesOf` throws.
  const parts = valuesOf(replies) as PartReply[];
  return run<ReplicationResult>({ kind: 'join', plan, replication, parts, ...spooled(0) });
}

/** The values of promises that have all been kept; else throws what the first one that was not was broken for. */
function valuesOf<Value>(settled: readonly PromiseSettledResult<Value>[]): Value[] {
  return settled.map((one) => {
    if (one.status === 'rejected') throw one.reason;
    return one.value;
  });
}

/** What a worker sent, if it is not a fault; faults lose their class on the way between threads. */
function checked<Reply>(reply: WorkerReply): Reply {
  if (reply !== null && 'traceFault' in reply) throw traceErrorOf(reply);
  if (reply !== null && 'spoolFault' in reply)
    throw new RequestSpoolError(reply.spoolFault.path, reply.spoolFault.code, reply.message);
  return reply as Reply;
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
  lost: readonly string[] = [],
): ExperimentResult {
  const estimates = estimatesOf(replications, plan.confidence);
  const fingerprint = new Fingerprint();
  for (const result of replications) fingerprint.add(hashString(result.fingerprint), 0, result.replication);
  const warnings = [...plan.warnings, ...lost, ...new Set(replications.flatMap((result) => result.warnings))];
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
    lost,
    interrupted: interrupted || lost.length > 0 || replications.some((result) => result.interrupted),
    deterministic: plan.deterministic,
    stable: replications.every((result) => result.stable),
    conserved: replications.every((result) => result.conservation.every((check) => check.passed)),
    warnings,
  };
}
