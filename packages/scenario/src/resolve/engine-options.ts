/**
 * Options of an engine: the user's, else the profile's, the large ones on devices with much memory.
 *
 * Engines bound the sequences and tokens of a step for each rank of data-parallel attention; a replica here is the whole
 * group. So `max_num_seqs`, `max_num_batched_tokens` and what else is said per rank are multiplied by the ranks for it.
 */

import type { DeviceEntry, EngineEntry } from '@infersim/catalog';
import type { EngineSettings } from '@infersim/serving';
import type { EngineInput } from '../schema/pool-fields.js';
import { type Path, pathText } from '../yaml/located.js';
import type { ResolveContext } from './context.js';

/** Options with their defaults, those of a rank per rank. */
export interface EngineDefaults {
  readonly gpuMemoryUtilization: number;
  readonly memoryOverheadBytes: number;
  readonly blockSizeTokens: number;
  readonly maxNumSeqs: number;
  readonly maxNumBatchedTokens: number;
  readonly watermark: number;
  readonly ubatchTokens: number;
  readonly staticBatchTimeoutS: number;
  readonly apiS: number;
  readonly apiPerPromptTokenS: number;
  readonly enableChunkedPrefill: boolean;
  readonly enablePrefixCaching: boolean;
  readonly asyncScheduling: boolean;
  /** What the first step of a replica takes longer, seconds. */
  readonly firstStepS: number;
}

/** Fills in what the user does not say. */
export function engineDefaults(
  ctx: ResolveContext,
  at: Path,
  input: EngineInput,
  engine: EngineEntry,
  device: DeviceEntry,
): EngineDefaults {
  const large = engine.defaultsLargeDevice;
  const isLarge =
    large !== undefined && device.memoryBytes.value >= large.minMemoryBytes && !large.exceptDevices.includes(device.id);
  const { defaults } = engine;
  const source = `${engine.name} ${engine.version}${isLarge ? ', large device' : ''}`;
  const fill = <T>(key: string, given: T | undefined, otherwise: T, unit: string) =>
    ctx.fill([...at, key], given, otherwise, { unit, from: 'catalog', source });
  return {
    gpuMemoryUtilization: fill(
      'gpu_memory_utilization',
      input.gpu_memory_utilization,
      defaults.gpuMemoryUtilization,
      '',
    ),
    memoryOverheadBytes: ctx.fillFrom(
      [...at, 'memory_overhead'],
      input.memory_overhead,
      engine.memoryOverheadBytes,
      'B',
    ),
    blockSizeTokens: fill('block_size', input.block_size, defaults.blockSizeTokens, 'tokens'),
    maxNumSeqs: fill('max_num_seqs', input.max_num_seqs, isLarge ? large.maxNumSeqs : defaults.maxNumSeqs, 'sequences'),
    maxNumBatchedTokens: fill(
      'max_num_batched_tokens',
      input.max_num_batched_tokens,
      isLarge ? large.maxNumBatchedTokens : defaults.maxNumBatchedTokens,
      'tokens',
    ),
    watermark: fill('watermark', input.watermark, defaults.watermarkShare ?? 0, ''),
    ubatchTokens: fill('n_ubatch', input.n_ubatch, defaultUbatchTokens(engine), 'tokens'),
    staticBatchTimeoutS: fill('static_batch_timeout', input.static_batch_timeout, engine.batchWaitS?.value ?? 0, 's'),
    apiS: ctx.fillFrom([...at, 'api_time'], input.api_time, engine.apiS, 's'),
    apiPerPromptTokenS:
      engine.apiPerPromptTokenS === undefined
        ? ctx.fill([...at, 'api_time_per_prompt_token'], input.api_time_per_prompt_token, 0, {
            unit: 's',
            from: 'default',
          })
        : ctx.fillFrom(
            [...at, 'api_time_per_prompt_token'],
            input.api_time_per_prompt_token,
            engine.apiPerPromptTokenS,
            's',
          ),
    enableChunkedPrefill: fill(
      'enable_chunked_prefill',
      input.enable_chunked_prefill,
      defaults.enableChunkedPrefill,
      '',
    ),
    enablePrefixCaching: fill('enable_prefix_caching', input.enable_prefix_caching, defaults.enablePrefixCaching, ''),
    asyncScheduling: fill('async_scheduling', input.async_scheduling, engine.asyncScheduling, ''),
    firstStepS: firstStepS(ctx, [...at, 'first_request_time'], input.first_request_time, engine),
  };
}

function defaultUbatchTokens({ defaults }: EngineEntry): number {
  return defaults.microBatchTokens ?? defaults.maxNumBatchedTokens;
}

function firstStepS(ctx: ResolveContext, at: Path, given: number | 'cold', engine: EngineEntry): number {
  if (given !== 'cold') return given;
  const known = engine.firstRequestS;
  if (known !== undefined) {
    if (known.grade === 'assumed')
      ctx.constants.push({
        where: pathText(at.slice(0, -1)),
        name: 'first_request_time',
        value: known.value,
        unit: known.unit,
        grade: known.grade,
      });
    return known.value;
  }
  ctx.problem(at, {
    code: 'SCENARIO_ENGINE_OPTION',
    message: `nothing is known of the first request of a cold \`${engine.id}\``,
    given: 'cold',
    allowed: ['a time, such as `2s`'],
  });
  return 0;
}

type Scheduler = EngineEntry['scheduler'];
type SchedulePolicy = NonNullable<EngineSettings['schedulePolicy']>;

/** Options that only some schedulers have. */
const OPTIONS_OF: readonly (readonly [keyof EngineInput, readonly Scheduler[]])[] = [
  ['enable_mixed_chunk', ['sglang']],
  ['max_prefill_tokens', ['sglang']],
  ['schedule_conservativeness', ['sglang']],
  ['schedule_policy', ['sglang']],
  ['waiting_served_ratio', ['tgi']],
  ['max_waiting_tokens', ['tgi']],
  ['max_batch_total_tokens', ['tgi']],
];

/** Settings of one scheduler alone, for a replica of `ranks`; options written for another one are warned of. */
export function schedulerSettings(
  ctx: ResolveContext,
  at: Path,
  input: EngineInput,
  engine: EngineEntry,
  ranks: number,
): Partial<EngineSettings> {
  for (const [key, schedulers] of OPTIONS_OF)
    if (!schedulers.includes(engine.scheduler) && ctx.isWritten([...at, key]))
      ctx.warn([...at, key], {
        code: 'SCENARIO_ENGINE_OPTION',
        message: `\`${key}\` means nothing to the scheduler of \`${engine.id}\``,
        allowed: [`engines with the scheduler ${schedulers.join(', ')}`],
      });
  // A resolved scenario repeats the default of every engine: no sign that anybody meant it.
  const isMeant = input.n_ubatch !== undefined && input.n_ubatch !== defaultUbatchTokens(engine);
  if (isMeant && engine.scheduler !== 'llama-cpp')
    ctx.warn([...at, 'n_ubatch'], {
      code: 'SCENARIO_ENGINE_OPTION',
      message: `\`n_ubatch\` means nothing to the scheduler of \`${engine.id}\``,
      allowed: ['engines with the scheduler llama-cpp'],
    });
  const source = `${engine.name} ${engine.version}`;
  const { defaults } = engine;
  const fill = <T>(key: string, given: T | undefined, otherwise: T, unit: string) =>
    ctx.fill([...at, key], given, otherwise, { unit, from: 'catalog', source });
  switch (engine.scheduler) {
    case 'sglang':
      return {
        enableMixedChunk: fill('enable_mixed_chunk', input.enable_mixed_chunk, false, ''),
        maxPrefillTokens:
          ranks *
          fill(
            'max_prefill_tokens',
            input.max_prefill_tokens,
            defaults.maxPrefillTokens ?? SGLANG_PREFILL_TOKENS,
            'tokens',
          ),
        scheduleConservativeness: fill(
          'schedule_conservativeness',
          input.schedule_conservativeness,
          defaults.scheduleConservativeness ?? 1,
          '',
        ),
        schedulePolicy: fill<SchedulePolicy>('schedule_policy', input.schedule_policy, 'fcfs', ''),
      };
    case 'tgi':
      return {
        waitingServedRatio: fill(
          'waiting_served_ratio',
          input.waiting_served_ratio,
          defaults.waitingServedRatio ?? TGI_WAITING_SERVED_RATIO,
          '',
        ),
        maxWaitingTokens: fill(
          'max_waiting_tokens',
          input.max_waiting_tokens,
          defaults.maxWaitingTokens ?? TGI_WAITING_TOKENS,
          'steps',
        ),
        ...(input.max_batch_total_tokens === undefined
          ? {}
          : { maxBatchTotalTokens: ranks * input.max_batch_total_tokens }),
      };
    default:
      return {};
  }
}

/** Where a profile says nothing: the servers' own defaults. */
const SGLANG_PREFILL_TOKENS = 16_384;
const TGI_WAITING_SERVED_RATIO = 0.3;
const TGI_WAITING_TOKENS = 20;
