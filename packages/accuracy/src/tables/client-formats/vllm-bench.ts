/**
 * Result of `vllm bench serve --save-result`: one JSON object, times in milliseconds under flat names.
 *
 * `request_rate` is a number or `inf`, `max_concurrency` a number or null. Lengths per request are there only with
 * `--save-detailed`; without them the means stand for all. Percentiles are there as far as they were asked for.
 */

import type { ClientRun } from './client-run.js';
import { amounts, firstAt, isObject, positiveAmount, requiredAmount, valueAt } from './json-value.js';

/** Whether this JSON is such a result. */
export function isVllmBench(root: unknown): boolean {
  return isObject(root) && 'request_rate' in root && 'mean_ttft_ms' in root && 'total_output_tokens' in root;
}

function lengths(root: unknown, list: string, total: string, completed: number) {
  const each = amounts(list, valueAt(root, list));
  const mean = requiredAmount(total, valueAt(root, total)) / completed;
  if (each === undefined) return { low: Math.round(mean), high: Math.round(mean), mean };
  // No spread: a list of ten thousand lengths is more than a call takes as arguments.
  return { low: each.reduce((a, b) => Math.min(a, b)), high: each.reduce((a, b) => Math.max(a, b)), mean };
}

function rateOf(root: unknown): number | undefined {
  const rate = valueAt(root, 'request_rate');
  return rate === null || /^inf/i.test(String(rate)) ? undefined : requiredAmount('request_rate', rate);
}

/** Reads one result. */
export function vllmBenchRun(root: unknown): ClientRun {
  const at = (name: string) => positiveAmount(name, valueAt(root, name));
  const completed = requiredAmount('completed', firstAt(root, 'completed', 'num_prompts'));
  const model = firstAt(root, 'model_id', 'model');
  return {
    source: 'vllm bench serve',
    place: 'request_rate',
    modelName: typeof model === 'string' ? model : undefined,
    users: at('max_concurrency'),
    ratePerS: rateOf(root),
    completedPerS: at('request_throughput'),
    requests: completed,
    durationS: at('duration'),
    promptTokens: lengths(root, 'input_lens', 'total_input_tokens', completed),
    outputTokens: lengths(root, 'output_lens', 'total_output_tokens', completed),
    metrics: {
      ttft_mean_ms: at('mean_ttft_ms'),
      ttft_p50_ms: at('median_ttft_ms'),
      ttft_p90_ms: at('p90_ttft_ms'),
      ttft_p99_ms: at('p99_ttft_ms'),
      tpot_mean_ms: at('mean_tpot_ms'),
      tpot_p50_ms: at('median_tpot_ms'),
      tpot_p99_ms: at('p99_tpot_ms'),
      e2e_mean_ms: at('mean_e2el_ms'),
      e2e_p50_ms: at('median_e2el_ms'),
      e2e_p90_ms: at('p90_e2el_ms'),
      e2e_p99_ms: at('p99_e2el_ms'),
      output_tok_s: at('output_throughput'),
    },
  };
}
