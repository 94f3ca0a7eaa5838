/** Number formats of a deployment: what the user named, filled up by what the device can compute in. */

import type { DeviceEntry, EngineEntry, GgufFormat, Precision } from '@infersim/catalog';
import type { DeployedModel } from '@infersim/devices';
import type { PoolInput } from '../schema/pool-fields.js';
import type { Path } from '../yaml/located.js';
import type { ResolveContext } from './context.js';
import { plainPrecision } from './overlays.js';

export interface Formats {
  readonly weights: Precision;
  readonly kv: Precision;
  readonly activations: Precision;
  /** fp8 weights with a scale per block. */
  readonly isBlockScaled: boolean;
  readonly sparsity: '2:4' | undefined;
  /** GGUF format of the weights where the user named one. */
  readonly gguf: GgufFormat | undefined;
}

/** Width of each GGUF format's weights, as scenarios name them: of the widths that they know, the nearest. */
const GGUF_WEIGHTS: Readonly<Record<GgufFormat, Precision>> = {
  F16: 'fp16',
  Q8_0: 'int8',
  Q6_K: 'int8',
  Q5_K_M: 'int4',
  Q5_K_S: 'int4',
  Q5_0: 'int4',
  Q4_0: 'int4',
  IQ4_XS: 'int4',
  Q3_K_M: 'int4',
  Q4_K_M: 'int4',
  Q2_K: 'int2',
};

/** Whether the device has arithmetic of its own in a format. fp32 runs on the fp16 units' table. */
function computesIn(device: DeviceEntry, format: Precision): boolean {
  if (format === 'fp32') return device.peakFlops.fp16 !== undefined;
  return device.peakFlops[format] !== undefined;
}

/** Arithmetic for weights that the device only reads: fp16 where it has that, else the widest rate it has. */
function fallbackFormat(device: DeviceEntry): Precision {
  return (['fp16', 'fp8', 'int8', 'fp4', 'int4', 'int2'] as const).find((dtype) => computesIn(device, dtype)) ?? 'fp16';
}

/** Formats in which the device can hold and use weights. */
export function weightFormats(device: DeviceEntry): string[] {
  const rates = Object.keys(device.peakFlops);
  return [...new Set([...rates, ...device.weightOnly])];
}

/**
 * Formats of a pool. One name stands for weights and arithmetic (fp16 arithmetic where the device only reads that
 * format), KV in fp16. Weight-only formats of 4 bits and less always compute in fp16 unless told otherwise: that is
 * what their kernels do, save for fp4 on devices with fp4 units.
 */
export function resolveFormats(
  ctx: ResolveContext,
  path: Path,
  pool: PoolInput,
  model: DeployedModel,
  device: DeviceEntry,
  engine: EngineEntry,
  isPublishedBlockScaled: boolean,
): Formats | null {
  const at: Path = [...path, 'precision'];
  const given = pool.precision;
  const weights =
    given === undefined
      ? defaultWeights(model, device)
      : plainPrecision(typeof given === 'string' ? given : given.weights);
  const detailed = typeof given === 'object' ? given : undefined;
  const native = (format: Precision) =>
    computesIn(device, format) && format !== 'int4' && format !== 'int2' ? format : fallbackFormat(device);
  const activations = detailed?.activations === undefined ? native(weights) : plainPrecision(detailed.activations);
  const kv = detailed?.kv === undefined ? 'fp16' : plainPrecision(detailed.kv);
  const isBlockScaled = detailed?.block_scaled ?? (isPublishedBlockScaled && weights === 'fp8');
  const sparsity = detailed?.sparsity;
  const gguf = detailed?.gguf;
  const formats: Formats = { weights, kv, activations, isBlockScaled, sparsity, gguf };
  if (!computesIn(device, weights) && !device.weightOnly.includes(weights)) {
    ctx.problem(given === undefined ? [...path, 'device'] : detailed === undefined ? at : [...at, 'weights'], {
      code: 'SCENARIO_PRECISION',
      message: `\`${device.id}\` has no kernels for ${weights} weights`,
      given: weights,
      allowed: weightFormats(device),
    });
    return null;
  }
  if (!computesIn(device, activations)) {
    ctx.problem(detailed?.activations === undefined ? at : [...at, 'activations'], {
      code: 'SCENARIO_PRECISION',
      message: `\`${device.id}\` does not compute in ${activations}`,
      given: activations,
      allowed: Object.keys(device.peakFlops),
    });
    return null;
  }
  if (isBlockScaled && weights !== 'fp8') {
    ctx.problem([...at, 'block_scaled'], {
      code: 'SCENARIO_PRECISION',
      message: `${weights} weights have no scales per block of 128 x 128`,
      given: 'true',
      allowed: ['false, or weights in fp8'],
    });
    return null;
  }
  if (gguf !== undefined && (engine.scheduler !== 'llama-cpp' || GGUF_WEIGHTS[gguf] !== weights)) {
    const isRead = engine.scheduler === 'llama-cpp';
    ctx.problem([...at, 'gguf'], {
      code: 'SCENARIO_PRECISION',
      message: isRead ? `GGUF ${gguf} does not hold ${weights} weights` : `engine \`${engine.id}\` reads no GGUF files`,
      given: gguf,
      allowed: isRead ? ggufFormatsOf(weights) : ['none, or engine kind llama-cpp'],
    });
    return null;
  }
  if (sparsity !== undefined && (device.execution !== 'batched' || device.sparsityRate === undefined)) {
    ctx.problem([...at, 'sparsity'], {
      code: 'SCENARIO_PRECISION',
      message: `\`${device.id}\` has no rate for structured sparsity`,
      given: sparsity,
      allowed: ['none'],
    });
    return null;
  }
  if (sparsity !== undefined && weights !== activations)
    ctx.warn([...at, 'sparsity'], {
      code: 'SCENARIO_PRECISION',
      message: `${sparsity} sparsity of ${weights} weights that are computed in ${activations}: its speed rests on no measured kernel`,
      given: sparsity,
      allowed: [`none, or weights in ${activations}`],
    });
  const origin = {
    unit: '',
    from: 'default' as const,
    source: 'format of the published model, as far as the device has it',
  };
  const written = {
    weights,
    kv,
    activations,
    ...(weights === 'fp8' ? { block_scaled: isBlockScaled } : {}),
    ...(sparsity === undefined ? {} : { sparsity }),
    ...(gguf === undefined ? {} : { gguf }),
  };
  ctx.fill([...at], given, written, origin);
  ctx.rewrite(at, written);
  return formats;
}

/** GGUF formats of a width; what to write where there is none. */
function ggufFormatsOf(weights: Precision): string[] {
  const formats = (Object.keys(GGUF_WEIGHTS) as GgufFormat[]).filter((format) => GGUF_WEIGHTS[format] === weights);
  return formats.length > 0 ? formats : ['weights in fp16, int8, int4 or int2'];
}

function defaultWeights(model: DeployedModel, device: DeviceEntry): Precision {
  const native = model.nativePrecision;
  if (computesIn(device, native) || device.weightOnly.includes(native)) return native;
  return fallbackFormat(device);
}
