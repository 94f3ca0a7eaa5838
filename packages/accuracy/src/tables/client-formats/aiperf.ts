/**
 * Export of AIPerf and its predecessor GenAI-Perf: one object with `time_to_first_token`, `inter_token_latency`,
 * `request_latency` and so on, each `{unit, avg, p50, p90, p99, ...}`, at the top or under `records`.
 *
 * The load stands in `input_config`: concurrency or request rate, at a place that moved between versions.
 */

import { RowFault } from '../row-fault.js';
import type { ClientRun } from './client-run.js';
import { firstAt, isObject, positiveAmount, requiredAmount, valueAt } from './json-value.js';

const MS_PER_UNIT: Readonly<Record<string, number>> = {
  ms: 1,
  milliseconds: 1,
  s: 1e3,
  sec: 1e3,
  seconds: 1e3,
  us: 1e-3,
  microseconds: 1e-3,
  ns: 1e-6,
  nanoseconds: 1e-6,
};

function recordsOf(root: unknown): unknown {
  return isObject(valueAt(root, 'records')) ? valueAt(root, 'records') : root;
}

/** Whether this JSON is such an export. */
export function isAiPerf(root: unknown): boolean {
  return isObject(valueAt(recordsOf(root), 'request_latency')) && valueAt(root, 'benchmarks') === undefined;
}

/** Reads one export. */
export function aiPerfRun(root: unknown): ClientRun {
  const records = recordsOf(root);
  const figure = (name: string, part: string) => positiveAmount(`${name}.${part}`, valueAt(records, name, part));
  const ms = (name: string, part: string) => {
    const value = figure(name, part);
    if (value === undefined) return undefined;
    const unit = String(valueAt(records, name, 'unit') ?? 'ms');
    const factor = MS_PER_UNIT[unit.toLowerCase()];
    if (factor === undefined)
      throw new RowFault('ROW_VALUE', `${name}.unit`, 'not a unit of time', unit, 'ms, s, us, ns');
    return value * factor;
  };
  const lengths = (names: readonly string[]) => {
    const name = names.find((candidate) => isObject(valueAt(records, candidate))) ?? (names[0] as string);
    const mean = requiredAmount(`${name}.avg`, valueAt(records, name, 'avg'));
    const [low, high] = [figure(name, 'min') ?? mean, figure(name, 'max') ?? mean];
    return { low: Math.round(low), high: Math.round(high), mean };
  };
  const config = valueAt(root, 'input_config');
  const model = firstAt(config, 'endpoint.model_names', 'model_names', 'model', 'model_name');
  const name = Array.isArray(model) ? model[0] : model;
  const rate = firstAt(config, 'loadgen.request_rate', 'perf_analyzer.stimulus.request_rate', 'request_rate');
  const users = firstAt(config, 'loadgen.concurrency', 'perf_analyzer.stimulus.concurrency', 'concurrency');
  if (rate === undefined && users === undefined) {
    throw new RowFault(
      'ROW_VALUE',
      'input_config',
      'the load is not stated',
      '',
      'loadgen.concurrency or loadgen.request_rate',
    );
  }
  return {
    source: 'AIPerf',
    place: 'input_config',
    modelName: typeof name === 'string' ? name : undefined,
    users: positiveAmount('concurrency', users),
    ratePerS: positiveAmount('request_rate', rate),
    completedPerS: figure('request_throughput', 'avg'),
    requests: figure('request_count', 'avg') ?? figure('request_latency', 'count'),
    durationS: figure('benchmark_duration', 'avg'),
    promptTokens: lengths(['input_sequence_length']),
    outputTokens: lengths(['output_sequence_length', 'output_token_count']),
    metrics: {
      ttft_mean_ms: ms('time_to_first_token', 'avg'),
      ttft_p50_ms: ms('time_to_first_token', 'p50'),
      ttft_p90_ms: ms('time_to_first_token', 'p90'),
      ttft_p99_ms: ms('time_to_first_token', 'p99'),
      // Per request (latency - TTFT)/(tokens - 1), which is the time per output token.
      tpot_mean_ms: ms('inter_token_latency', 'avg'),
      tpot_p50_ms: ms('inter_token_latency', 'p50'),
      tpot_p99_ms: ms('inter_token_latency', 'p99'),
      e2e_mean_ms: ms('request_latency', 'avg'),
      e2e_p50_ms: ms('request_latency', 'p50'),
      e2e_p90_ms: ms('request_latency', 'p90'),
      e2e_p99_ms: ms('request_latency', 'p99'),
      output_tok_s: figure('output_token_throughput', 'avg'),
    },
  };
}
