/**
 * Predicts cases over worker threads: the same numbers for any number of them, in the order of the cases.
 *
 * Kernels cost microseconds and are priced in the calling thread; cases that run the engine go to the workers in small
 * groups, and a case always to the group it was in before, so that workers find its scenario resolved.
 */

import type { Piscina } from 'piscina';
import type { MeasuredCase, Prediction } from '../cases/measured-case.js';
import type { ConstantSet } from './constant-set.js';
import type { PredictionTask } from './prediction-worker.js';
import { predictCase, prepareCase } from './prepared-case.js';

export interface PredictorOptions {
  /** Worker threads, at least 1. */
  readonly jobs: number;
  /** File of the built worker. */
  readonly workerUrl: URL;
  /** Called as cases are done, with the count of this call's cases. */
  readonly onProgress?: (done: number, total: number) => void;
}

const GROUP_CASES = 8;
const KERNEL_RUNS: ReadonlySet<string> = new Set([
  'gemm',
  'decode-attention',
  'prefill-attention',
  'collective',
  'memory-copy',
  'idle',
  'load-power',
]);

/** Holds worker threads from the first engine run on until it is closed. */
export class CasePredictor {
  readonly #options: PredictorOptions;
  #pools: Promise<readonly Piscina[]> | null = null;

  constructor(options: PredictorOptions) {
    this.#options = options;
  }

  /** Predictions in the order of `cases`, under constants that replace the catalog's. Rejects with what a worker threw. */
  async predict(cases: readonly MeasuredCase[], constants: ConstantSet = {}): Promise<readonly Prediction[]> {
    const runs = cases.filter(({ run }) => !KERNEL_RUNS.has(run.kind));
    let done = cases.length - runs.length;
    const answers = new Map<string, Prediction>();
    for (const measured of cases) {
      if (KERNEL_RUNS.has(measured.run.kind)) answers.set(measured.id, predictCase(prepareCase(measured), constants));
    }
    if (runs.length > 0) {
      const pools = await this.#open();
      const groups = groupsOf(runs, pools.length);
      await Promise.all(
        groups.map(async ({ thread, members }) => {
          const task: PredictionTask = { cases: members, constants };
          for (const answer of (await pools[thread]!.run(task)) as Prediction[]) answers.set(answer.caseId, answer);
          done += members.length;
          this.#options.onProgress?.(done, cases.length);
        }),
      );
    }
    return cases.map(({ id }) => answers.get(id)!);
  }

  /** Ends the threads. The predictor may be used again afterwards. */
  async close(): Promise<void> {
    const pools = await this.#pools;
    this.#pools = null;
    await Promise.all((pools ?? []).map((pool) => pool.destroy()));
  }

  /** One pool of a single thread per job: a case has to meet the thread that knows it. */
  #open(): Promise<readonly Piscina[]> {
    this.#pools ??= import('piscina').then(({ Piscina: Pool }) =>
      Array.from(
        { length: Math.max(1, this.#options.jobs) },
        () => new Pool({ filename: this.#options.workerUrl.href, minThreads: 1, maxThreads: 1 }),
      ),
    );
    return this.#pools;
  }
}

/** Groups of cases with the thread they belong to; a case's thread follows from its id alone. */
function groupsOf(runs: readonly MeasuredCase[], threads: number): { thread: number; members: MeasuredCase[] }[] {
  const byThread = Array.from({ length: threads }, (): MeasuredCase[] => []);
  for (const measured of runs) byThread[measured.line % threads]!.push(measured);
  return byThread.flatMap((cases, thread) =>
    Array.from({ length: Math.ceil(cases.length / GROUP_CASES) }, (_, group) => ({
      thread,
      members: cases.slice(group * GROUP_CASES, (group + 1) * GROUP_CASES),
    })),
  );
}
