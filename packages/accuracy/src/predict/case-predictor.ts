/**
 * Predicts cases over worker threads: the same numbers for any number of them, in the order of the cases.
 *
 * Cases of one run (see `run-key.ts`) are predicted together. Kernels cost microseconds and are priced in the calling thread;
 * cases that run the engine go to the workers in small groups, and a run always to the thread it was in before, so that
 * workers find its scenario resolved. What was predicted is remembered by the constants that can matter to the run: a fit
 * asks for every case each time it moves one constant, and most constants are of another device, engine or kind of model.
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

/** Constants of experts: `moe.fixedS`, `moeLargeExperts.memoryEfficiency`, `power.moe.activeW`. */
const EXPERTS = /\.moe(\.|[A-Z])/;
/** Predictions remembered at most; then all are forgotten. */
const REMEMBERED = 50_000;

/** Cases that are one run. */
interface Run {
  readonly key: string;
  readonly members: MeasuredCase[];
}

/** A run that has to be made, and the name under which it is remembered. */
interface Asked {
  readonly run: PredictionTask['runs'][number];
  readonly name: string;
}

/** Holds worker threads from the first engine run on until it is closed. */
export class CasePredictor {
  readonly #options: PredictorOptions;
  /** Runs by key, numbered as they first come. */
  readonly #numberOfRun = new Map<string, number>();
  readonly #remembered = new Map<string, Promise<Prediction>>();
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
      const predictions = await this.#ask(runs, constants, unfittedDevices);
      await Promise.all(
        runs.map(async ({ members }, at) => {
          const prediction = await predictions[at]!;
          for (const measured of members) answers.set(measured.id, answerOf(measured, prediction));
          done += members.length;
          onProgress?.(done, cases.length);
        }),
      );
    }
    return cases.map(({ id }) => answers.get(id)!);
  }

  /** Predictions of runs, from memory or under way. */
  async #ask(
    runs: readonly Run[],
    constants: ConstantSet,
    unfittedDevices: readonly string[],
  ): Promise<readonly Promise<Prediction>[]> {
    const pools = await this.#open();
    if (this.#remembered.size > REMEMBERED) this.#remembered.clear();
    const asked = runs.map((run): Asked => {
      const number = this.#numberOfRun.get(run.key) ?? this.#numberOfRun.size;
      this.#numberOfRun.set(run.key, number);
      const representing = representative(run);
      const metrics = Object.keys(representing.measured.measured).sort().join();
      const name = `${number} ${metrics} ${relevantText(representing.measured, constants, unfittedDevices)}`;
      return { run: representing, name };
    });
    const toMake = asked.filter(({ name }) => !this.#remembered.has(name));
    for (const { thread, group } of this.#groupsOf(toMake)) {
      const task: PredictionTask = { runs: group.map(({ run }) => run), constants, unfittedDevices };
      const made = pools[thread]!.run(task) as Promise<Prediction[]>;
      group.forEach(({ name }, at) => {
        const one = made.then((predictions) => predictions[at]!);
        // Whoever asked hears of a failure; nobody is to find it in memory.
        one.catch(() => this.#remembered.delete(name));
        this.#remembered.set(name, one);
      });
    }
    return asked.map(({ name }) => this.#remembered.get(name)!);
  }

  /** Ends the threads; calls under way reject. The predictor may be used again afterwards. */
  async close(): Promise<void> {
    const pools = await this.#pools;
    this.#pools = null;
    this.#remembered.clear();
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
  #groupsOf(asked: readonly Asked[]): { readonly thread: number; readonly group: readonly Asked[] }[] {
    const byThread = Array.from({ length: this.#threads }, (): Asked[] => []);
    for (const each of asked) byThread[this.#numberOfRun.get(each.run.key)! % this.#threads]!.push(each);
    return byThread.flatMap((own, thread) =>
      Array.from({ length: Math.ceil(own.length / GROUP_RUNS) }, (_, at) => ({
        thread,
        group: own.slice(at * GROUP_RUNS, (at + 1) * GROUP_RUNS),
      })),
    );
  }
}

/** The constants that the prediction of a case can depend on, with its device's state, as text. */
function relevantText(measured: MeasuredCase, constants: ConstantSet, unfittedDevices: readonly string[]): string {
  const { deviceId, engineId, isMoe } = measured;
  const own = Object.entries(constants).filter(
    ([path]) =>
      (path.startsWith(`devices.${deviceId}.`) || path.startsWith(`engines.${engineId}.`)) &&
      (isMoe || !EXPERTS.test(path)),
  );
  return `${unfittedDevices.includes(deviceId) ? 'unfitted ' : ''}${JSON.stringify(own)}`;
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
