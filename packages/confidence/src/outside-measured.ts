/**
 * Where a deployment lies outside everything that was measured with its device and engine, and which constant is then
 * taken on trust.
 */

import type { Precision } from '@infersim/catalog';
import { ERROR_RECORD } from './data/error-record.js';
import type { ErrorRecord } from './error-record.js';

/** What runs. Absent parts are not checked. */
export interface MeasuredQuery {
  readonly deviceId: string;
  readonly engineId: string;
  readonly tp: number;
  /** All parameters of the model; absent for networks without tokens. */
  readonly params?: number;
  readonly weightPrecision: Precision;
  /** Sequences in a batch while the engine works. */
  readonly batch?: number;
  /** Prompt and answer of one request together, tokens. */
  readonly contextTokens?: number;
}

/** A range is left when a figure exceeds it by more than this share: one more token is no other regime. */
const SLACK = 0.1;

/** One sentence per range that is left, each with the constants it takes on trust; empty when nothing is. */
export function outsideMeasured(query: MeasuredQuery, record: ErrorRecord = ERROR_RECORD): string[] {
  const { deviceId, engineId } = query;
  const range = record.ranges.find((each) => each.deviceId === deviceId && each.engineId === engineId);
  const pair = `${deviceId} with ${engineId}`;
  if (range === undefined) {
    const engines = record.ranges.filter((each) => each.deviceId === deviceId).map((each) => each.engineId);
    return engines.length > 0
      ? [`${pair}: no run on record (only with ${engines.join(', ')}); takes the constants of \`engine\` on trust`]
      : [`${pair}: no run on record; takes \`kernels\`, \`power\` and \`engine\` on trust`];
  }
  const sentences: string[] = [];
  const say = (what: string, measured: string, constants: string): void => {
    sentences.push(`${what} on ${pair}: measured ${measured}; takes ${constants} on trust`);
  };
  if (query.tp > range.maxTp) say(`tp ${query.tp}`, `up to ${range.maxTp}`, '`kernels.collectives`');
  else if (query.tp < range.minTp) say(`tp ${query.tp}`, `from ${range.minTp}`, '`kernels.gemm` at that width');
  const { params, batch, contextTokens } = query;
  if (params !== undefined && params > range.maxParams * (1 + SLACK))
    say(`${billions(params)} parameters`, `up to ${billions(range.maxParams)}`, '`kernels.gemm`');
  else if (params !== undefined && params < range.minParams / (1 + SLACK))
    say(
      `${billions(params)} parameters`,
      `from ${billions(range.minParams)}`,
      '`engine.layerFixedS` and `engine.hostFixedS`',
    );
  if (!range.weightPrecisions.includes(query.weightPrecision))
    say(
      `${query.weightPrecision} weights`,
      `in ${range.weightPrecisions.join(', ')}`,
      `the rates of ${query.weightPrecision} in \`kernels.gemm\``,
    );
  if (batch !== undefined && range.maxBatch > 0 && batch > range.maxBatch * (1 + SLACK))
    say(`batch ${Math.round(batch)}`, `up to ${range.maxBatch}`, '`engine.stepPerSequenceS`');
  if (contextTokens !== undefined && range.maxContextTokens > 0 && contextTokens > range.maxContextTokens * (1 + SLACK))
    say(
      `${Math.round(contextTokens)} tokens a request`,
      `up to ${range.maxContextTokens}`,
      '`kernels.decodeAttention` and `kernels.prefillAttention`',
    );
  return sentences;
}

function billions(params: number): string {
  return `${Number((params / 1e9).toPrecision(3))}B`;
}
