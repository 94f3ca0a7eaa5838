/**
 * The scenario that repeats a measurement: one site, one pool with one replica, one client that sends what the benchmark sent.
 *
 * What the table states is taken as it is. What a benchmark does alike for all its rows (how many requests a client sends,
 * how long the prompts of a task are) stands in `benchmark-habits.ts`. The site's network adds nothing: the client stands
 * beside the server, and what its requests spend in the API is the engine profile's. The server around the devices draws
 * nothing, because the tables' power is the devices' own.
 */

import { findModel } from '@infersim/catalog';
import type { CaseRun, MeasuredCase } from '../cases/measured-case.js';
import { lengthLaw, offlineRequests, REQUESTS_PER_USER, taskLengths, unstatedOptions } from './benchmark-habits.js';

/** A scenario as plain data, ready to be written as YAML or JSON. */
export type ScenarioData = Readonly<Record<string, unknown>>;

/** What is still in flight at the end of a stage is awaited; a batch waits as long until it is complete. Seconds. */
const DRAIN_S = 600;
/** Times that each prompt of the pool was sent before a warm stage begins. */
const WARMING_PASSES = 3;
/** Runs of an open or closed loop that are longer than this are cut, seconds of simulated time. */
const LONGEST_RUN_S = 200_000;
const POOL = 'server';
/** Name in the scenario of a case's model where it decodes greedily; messages name the model itself. */
export const GREEDY_MODEL = 'decoded-greedily';

/** The scenario of a case, or null for single kernels and idle readings, which no scenario describes. */
export function caseScenario(measured: MeasuredCase): ScenarioData | null {
  const client = clientOf(measured.run);
  if (client === null) return null;
  const { precision, options } = measured;
  const unstated = unstatedOptions(measured);
  const parallelism = unstated.parallelism ?? measured.parallelism;
  const modelId = unstated.modelId ?? measured.modelId;
  const maxModelLen = options.maxModelLenTokens ?? lengthBeyondContext(measured.run, modelId);
  const kv = precision.kv ?? unstated.kv;
  const sender = { from: { site: 'lab' }, route: { prefer: [POOL] } };
  const batchedTokens = options.maxNumBatchedTokens ?? unstated.maxNumBatchedTokens;
  return {
    schema_version: 1,
    name: 'measured-case',
    horizon: client.horizonS,
    warmup: client.warmupS,
    stationary: false,
    replications: 1,
    meter_interval: 3600,
    record: { timeseries: 'off' },
    network: { jitter_sigma: 0, lan: 0 },
    ...(unstated.sampling === undefined
      ? {}
      : { models: { [GREEDY_MODEL]: { base: modelId, sampling: unstated.sampling } } }),
    grids: {
      enterprise: {
        sites: [
          {
            id: 'lab',
            region: 'us-pjm-virginia',
            pools: [
              {
                id: POOL,
                model: unstated.sampling === undefined ? modelId : GREEDY_MODEL,
                device: measured.deviceId,
                precision: {
                  weights: precision.weights,
                  ...(kv === undefined ? {} : { kv }),
                  ...(precision.activations === undefined ? {} : { activations: precision.activations }),
                  ...(precision.gguf === undefined ? {} : { gguf: precision.gguf }),
                  ...(precision.blockScaled === undefined ? {} : { block_scaled: precision.blockScaled }),
                },
                host: { idle_w: 0, busy_w: 0 },
                parallelism: {
                  tp: parallelism.tp,
                  pp: parallelism.pp,
                  dp: parallelism.dpAttention,
                  ep: parallelism.ep,
                  peer_access: measured.peerAccess,
                },
                costs: { device_price_usd: 1 },
                engine: {
                  kind: measured.engineId,
                  ...(options.maxNumSeqs === undefined ? {} : { max_num_seqs: options.maxNumSeqs }),
                  ...(batchedTokens === undefined ? {} : { max_num_batched_tokens: batchedTokens }),
                  ...(unstated.gpuMemoryUtilization === undefined
                    ? {}
                    : { gpu_memory_utilization: unstated.gpuMemoryUtilization }),
                  ...(measured.run.kind === 'open-loop' && !measured.run.warm ? { first_request_time: 'cold' } : {}),
                  ...(maxModelLen === undefined ? {} : { max_model_len: maxModelLen }),
                  ...(measured.run.kind === 'static-batch'
                    ? { static_batch_size: measured.run.batch, static_batch_timeout: DRAIN_S }
                    : {}),
                },
              },
            ],
          },
        ],
      },
    },
    workloads: [
      ...(client.before === undefined ? [] : [{ id: 'earlier', ...sender, ...client.before }]),
      { id: 'client', ...sender, ...client.workload },
    ],
  };
}

/** Prompt and answer together where they are longer than the model's context: benchmarks of random tokens do not mind. */
function lengthBeyondContext(run: CaseRun, modelId: string): number | undefined {
  const context = findModel(modelId)?.architecture?.contextTokens;
  if (context === undefined) return undefined;
  let longest = 0;
  if (run.kind === 'closed-loop') longest = run.promptTokens.high + run.outputTokens.high;
  else if (run.kind === 'offline' || run.kind === 'static-batch' || run.kind === 'single-stream')
    longest = run.promptTokens + run.outputTokens;
  return longest > context ? longest : undefined;
}

interface Client {
  readonly horizonS: number;
  readonly warmupS: number;
  readonly workload: ScenarioData;
  /** What an earlier stage sent. */
  readonly before?: ScenarioData;
}

function clientOf(run: CaseRun): Client | null {
  switch (run.kind) {
    case 'open-loop':
      return openLoop(run);
    case 'closed-loop':
      return {
        horizonS: LONGEST_RUN_S,
        warmupS: 0,
        workload: {
          arrivals: { process: 'closed', users: run.users, think: 0, ramp: run.users * run.staggerS },
          input_tokens: lengthLaw(run.promptTokens),
          output_tokens: lengthLaw(run.outputTokens),
          budget_tokens: run.outputTokens.high,
          max_requests: REQUESTS_PER_USER * run.users,
        },
      };
    case 'saturated': {
      const task = taskLengths(run.task);
      const generationS = run.meanOutputTokens * 0.03;
      return {
        horizonS: 12 * generationS,
        warmupS: 4 * generationS,
        workload: {
          arrivals: { process: 'closed', users: run.users, think: 0, ramp: 2 },
          input_tokens: { dist: 'gamma', mean: task.promptTokens, cv: task.promptCv },
          output_tokens: { dist: 'gamma', mean: run.meanOutputTokens, cv: task.outputCv },
        },
      };
    }
    case 'offline':
      return offline(offlineRequests(run.promptTokens, run.outputTokens), run.promptTokens, run.outputTokens);
    case 'static-batch':
      return offline(run.batch, run.promptTokens, run.outputTokens);
    case 'single-stream':
      return {
        horizonS: LONGEST_RUN_S,
        warmupS: 0,
        workload: {
          arrivals: { process: 'closed', users: 1, think: 0, ramp: 0 },
          input_tokens: run.promptTokens,
          output_tokens: run.outputTokens,
          budget_tokens: run.outputTokens,
          max_requests: 2,
        },
      };
    default:
      return null;
  }
}

/**
 * A stage of a load test. A warm one follows an earlier stage that sent the same prompts: a stretch of it is run before the
 * statistics start, long enough to send each prompt three times.
 */
function openLoop(run: Extract<CaseRun, { kind: 'open-loop' }>): Client {
  const prompts = run.sharedPrompts * run.promptsPerShared;
  const beforeS = run.warm ? Math.ceil((WARMING_PASSES * prompts) / run.ratePerS) : 0;
  const workload = {
    input_tokens: run.sharedPromptTokens + run.questionTokens,
    output_tokens: run.outputTokens,
    budget_tokens: run.outputTokens,
    prompt_pool: {
      id: 'prompts',
      beginnings: run.sharedPrompts,
      beginning_tokens: run.sharedPromptTokens,
      prompts_per_beginning: run.promptsPerShared,
      order: 'cycle',
    },
  };
  const stage = (start: number, duration: number) => ({
    ...workload,
    arrivals: { process: 'poisson-count', rate_per_s: run.ratePerS, start, duration },
  });
  return {
    horizonS: beforeS + run.durationS + DRAIN_S,
    warmupS: beforeS,
    workload: stage(beforeS, run.durationS),
    ...(run.warm ? { before: stage(0, beforeS) } : {}),
  };
}

function offline(requests: number, promptTokens: number, outputTokens: number): Client {
  return {
    horizonS: LONGEST_RUN_S,
    warmupS: 0,
    workload: {
      arrivals: { process: 'burst', requests },
      input_tokens: promptTokens,
      output_tokens: outputTokens,
      budget_tokens: outputTokens,
    },
  };
}
