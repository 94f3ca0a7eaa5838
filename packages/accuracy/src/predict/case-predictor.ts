/**
 * Predicts cases over worker threads: the same numbers for any number of them, in the order of the cases.
 *
 * Cases of one run (see `run-key.ts`) are predicted together. Kernels cost microseconds and are priced in the calling thread;
 * cases that run the engine go to the workers in small groups, and a run always to the thread it was in before, so that
 * workers find its scenario resolved.
 */

import type { Piscina } from 'piscina';
import type { MeasuredCase, MetricName, Prediction } from '../cases/measured-case.js';
import type { ConstantSet } from './constant-set.js';
import type { PredictionTask } from './prediction-worker.js';
import { predictCase, prepareCase } from './prepared-case.js';
import { runKey } from './run-key.js';

export interface PredictorOptions {
  /** Worker threads, at least 1. */
  readonly jobs: number;
  /** File of the built worker. */
  readonly workerUrl: URL;
}

/** What goes with one call. */
export interface PredictCall {
  /** Devices that are priced as if nobody had measured them: constants of their class in place of their own. */
  readonly unfittedDevices?: readonly string[];
  /** Called as cases are done, with the count of this call's cases. */
  readonly onProgress?: (done: number, total: number) => void;
}

/** Groups are small so that progress is smooth and threads end together, large enough that posting them costs little. */
const GROUP_RUNS = 8;
const KERNEL_RUNS: ReadonlySet<string> = new Set([
  'gemm',
  'decode-attention',
  'prefill-attention',
  'collective',
  'memory-copy',
  'idle',
  'load-power',
]);

/** Cases that are one run. */
interface Run {
  readonly key: string;
  readonly members: MeasuredCase[];
}

/** Holds worker threads from the first engine run on until it is closed. */
export class CasePredictor {
  readonly #options: PredictorOptions;
  readonly #threadOfRun = new Map<string, number>();
  #pools: Promise<readonly Piscina[]> | null = null;

  constructor(options: PredictorOptions) {
    this.#options = options;
  }

  /**
   * Predictions in the order of `cases`, under constants that replace the catalog's. Rejects with what a worker threw, and
   * when the predictor is closed meanwhile.
   */
  async predict(
    cases: readonly MeasuredCase[],
    constants: ConstantSet = {},
    { unfittedDevices = [], onProgress }: PredictCall = {},
  ): Promise<readonly Prediction[]> {
    const answers = new Map<string, Prediction>();
    for (const measured of cases) {
      if (!KERNEL_RUNS.has(measured.run.kind)) continue;
      answers.set(measured.id, predictCase(prepareCase(measured), constants, unfittedDevices));
    }
    let done = answers.size;
    onProgress?.(done, cases.length);
    const runs = runsOf(cases.filter(({ run }) => !KERNEL_RUNS.has(run.kind)));
    if (runs.length > 0) {
      const pools = await this.#open();
      await Promise.all(
        this.#groupsOf(runs).map(async ({ thread, group }) => {
          const task: PredictionTask = { runs: group.map(representative), constants, unfittedDevices };
          const predictions = (await pools[thread]!.run(task)) as Prediction[];
          group.forEach(({ members }, at) => {
            for (const measured of members) answers.set(measured.id, answerOf(measured, predictions[at]!));
            done += members.length;
          });
          onProgress?.(done, cases.length);
        }),
      );
    }
    return cases.map(({ id }) => answers.get(id)!);
  }

  /** Ends the threads; calls under way reject. The predictor may be used again afterwards. */
  async close(): Promise<void> {
    const pools = await this.#pools;
    this.#pools = null;
    await Promise.all((pools ?? []).map((pool) => pool.destroy()));
  }

  /** One pool of a single thread per job: a run has to meet the thread that knows it. */
  #open(): Promise<readonly Piscina[]> {
    this.#pools ??= import('piscina').then(({ Piscina: Pool }) =>
      Array.from(
        { length: this.#threads },
        () => new Pool({ filename: this.#options.workerUrl.href, minThreads: 1, maxThreads: 1 }),
      ),
    );
    return this.#pools;
  }

  get #threads(): number {
    return Math.max(1, this.#options.jobs);
  }

  /** Runs are dealt out in turn as they first come, which spreads the long ones of a table. */
  #groupsOf(runs: readonly Run[]): { readonly thread: number; readonly group: readonly Run[] }[] {
    const byThread = Array.from({ length: this.#threads }, (): Run[] => []);
    for (const run of runs) {
      const thread = this.#threadOfRun.get(run.key) ?? this.#threadOfRun.size % this.#threads;
      this.#threadOfRun.set(run.key, thread);
      byThread[thread]!.push(run);
    }
    return byThread.flatMap((own, thread) =>
      Array.from({ length: Math.ceil(own.length / GROUP_RUNS) }, (_, at) => ({
        thread,
        group: own.slice(at * GROUP_RUNS, (at + 1) * GROUP_RUNS),
      })),
    );
  }
}

function runsOf(cases: readonly MeasuredCase[]): Run[] {
  const runs = new Map<string, Run>();
  for (const measured of cases) {
    const key = runKey(measured);
    const run = runs.get(key);
    if (run === undefined) runs.set(key, { key, members: [measured] });
    else run.members.push(measured);
  }
  return [...runs.values()];
}

/** The first case with the metrics of all. */
function representative({ key, members }: Run): PredictionTask['runs'][number] {
  const first = members[0]!;
  if (members.length === 1) return { key, measured: first };
  const metrics = new Set(members.flatMap(({ measured }) => Object.keys(measured) as MetricName[]));
  return { key, measured: { ...first, measured: Object.fromEntries([...metrics].map((metric) => [metric, 1])) } };
}

/** Of the run's prediction what the case asks for. */
function answerOf(measured: MeasuredCase, { predicted, failure }: Prediction): Prediction {
  const own = (Object.keys(measured.measured) as MetricName[]).flatMap((metric) => {
    const value = predicted[metric];
    return value === undefined ? [] : [[metric, value] as const];
  });
  return { caseId: measured.id, predicted: Object.fromEntries(own), failure };
}
