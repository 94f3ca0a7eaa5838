/**
 * Report of GuideLLM: `benchmarks[]`, each one load step with a strategy and `metrics.<name>.successful` summaries.
 *
 * Strategies: `concurrent` (streams), `synchronous` (one stream), `throughput` (as much as possible, bounded by
 * `max_concurrency` where stated), `poisson` and `constant` or `async` (a rate). Constant gaps are not the random ones of an open-loop
 * case, so such steps are set aside. Latency of a request is in seconds, the other times in milliseconds.
 */

import { RowFault } from '../row-fault.js';
import type { ClientRun } from './client-run.js';
import { firstAt, isObject, positiveAmount, requiredAmount, valueAt } from './json-value.js';

/** Whether this JSON is such a report. */
export function isGuideLlm(root: unknown): boolean {
  const benchmarks = valueAt(root, 'benchmarks');
  return Array.isArray(benchmarks) && benchmarks.some((entry) => isObject(valueAt(entry, 'metrics')));
}

interface Strategy {
  readonly users: number | undefined;
  readonly ratePerS: number | undefined;
  readonly isConstant: boolean;
}

function strategyOf(benchmark: unknown, place: string): Strategy {
  const strategy = firstAt(benchmark, 'args.strategy', 'config.strategy', 'scheduler.strategy', 'strategy');
  const name = firstAt(strategy, 'type_', 'type', 'strategy_type');
  const streams = () => requiredAmount(`${place}.streams`, firstAt(strategy, 'streams', 'max_concurrency'));
  const rate = () => requiredAmount(`${place}.rate`, valueAt(strategy, 'rate'));
  switch (name) {
    case 'concurrent':
      return { users: streams(), ratePerS: undefined, isConstant: false };
    case 'synchronous':
      return { users: 1, ratePerS: undefined, isConstant: false };
    case 'throughput': {
      const users = positiveAmount(`${place}.max_concurrency`, valueAt(strategy, 'max_concurrency'));
      return { users, ratePerS: undefined, isConstant: false };
    }
    case 'poisson':
      return { users: undefined, ratePerS: rate(), isConstant: false };
    case 'constant':
    case 'async':
      return { users: undefined, ratePerS: rate(), isConstant: true };
    default:
      throw new RowFault(
        'ROW_VALUE',
        `${place}.strategy`,
        'the strategy is not known',
        String(name ?? ''),
        'concurrent, synchronous, throughput, poisson, constant',
      );
  }
}

function readBenchmark(report: unknown, benchmark: unknown, place: string): ClientRun {
  const summary = (name: string) => valueAt(benchmark, 'metrics', name, 'successful');
  const figure = (name: string, part: string) =>
    positiveAmount(`${place}.${name}.${part}`, firstAt(summary(name), part, `percentiles.${part}`));
  const seconds = (part: string) => {
    const value = figure('request_latency', part);
    return value === undefined ? undefined : value * 1e3;
  };
  const lengths = (name: string) => {
    const mean = requiredAmount(`${place}.${name}.mean`, valueAt(summary(name), 'mean'));
    return { low: figure(name, 'min') ?? Math.round(mean), high: figure(name, 'max') ?? Math.round(mean), mean };
  };
  const { users, ratePerS, isConstant } = strategyOf(benchmark, place);
  const model =
    firstAt(benchmark, 'benchmarker.backend.model', 'worker.backend_model', 'backend.model') ??
    firstAt(report, 'args.model', 'model');
  return {
    source: 'GuideLLM',
    place,
    modelName: typeof model === 'string' ? model : undefined,
    users,
    ratePerS,
    completedPerS: figure('requests_per_second', 'mean'),
    requests: figure('request_latency', 'count'),
    durationS: positiveAmount(`${place}.duration`, valueAt(benchmark, 'duration')),
    promptTokens: lengths('prompt_token_count'),
    outputTokens: lengths('output_token_count'),
    metrics: {
      ttft_mean_ms: figure('time_to_first_token_ms', 'mean'),
      ttft_p50_ms: figure('time_to_first_token_ms', 'median'),
      ttft_p90_ms: figure('time_to_first_token_ms', 'p90'),
      ttft_p99_ms: figure('time_to_first_token_ms', 'p99'),
      // Its `time_per_output_token` counts the first token in; `inter_token_latency` is the mean gap after it.
      tpot_mean_ms: figure('inter_token_latency_ms', 'mean'),
      tpot_p50_ms: figure('inter_token_latency_ms', 'median'),
      tpot_p99_ms: figure('inter_token_latency_ms', 'p99'),
      e2e_mean_ms: seconds('mean'),
      e2e_p50_ms: seconds('median'),
      e2e_p90_ms: seconds('p90'),
      e2e_p99_ms: seconds('p99'),
      output_tok_s: figure('output_tokens_per_second', 'mean'),
    },
    ...(isConstant ? { setAside: 'arrivals at constant gaps, which an open loop of random ones does not replay' } : {}),
  };
}

/** Reads each load step; the function of a step throws for that step alone. */
export function guideLlmRuns(root: unknown): (() => ClientRun)[] {
  const benchmarks = valueAt(root, 'benchmarks');
  if (!Array.isArray(benchmarks)) return [];
  return benchmarks.map((benchmark, index) => () => readBenchmark(root, benchmark, `benchmarks[${index}]`));
}
