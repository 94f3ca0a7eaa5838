/**
 * What is in a trace: counts, rates, burstiness, length quantiles, and how much of the prompts could be reused.
 *
 * One streamed pass. Memory follows the distinct lengths and, for traces with prefix ids, the distinct blocks.
 */

import type { OpenBytes } from '../request-source.js';
import { type TraceFile, TraceReader } from '../trace/trace-reader.js';
import type { TraceFormat } from '../workload-plan.js';
import { ArrivalObserver, type ArrivalStatistics } from './arrival-statistics.js';
import { PrefixObserver, type PrefixStatistics } from './prefix-statistics.js';
import { type LengthStatistics, ValueCounts } from './value-counts.js';

export interface TraceStatistics {
  readonly path: string;
  readonly format: TraceFormat;
  /** rowsRead = emitted + the sum of dropped. */
  readonly rowsRead: number;
  readonly emitted: number;
  readonly dropped: Readonly<Record<string, number>>;
  /** Null for lists of lengths without times. */
  readonly arrivals: ArrivalStatistics | null;
  readonly prompt: LengthStatistics;
  /** Thinking included. */
  readonly output: LengthStatistics;
  /** Null when no row has thinking tokens. */
  readonly thinking: LengthStatistics | null;
  /** Null when no row has a prefix. */
  readonly prefix: PrefixStatistics | null;
}

export interface InspectOptions {
  /** Sizes of the LRU caches to try, in blocks. */
  readonly lruCapacitiesBlocks?: readonly number[];
}

/** Cache sizes tried by default, in blocks. */
export const DEFAULT_LRU_CAPACITIES_BLOCKS: readonly number[] = [1_000, 10_000, 30_000, 50_000, 100_000];

/**
 * Reads a whole trace and describes it.
 *
 * @throws TraceError for damage, or a bad row under 'refuse'.
 */
export function inspectTrace(open: OpenBytes, file: TraceFile, options: InspectOptions = {}): TraceStatistics {
  const reader = new TraceReader(open, file);
  const arrivals = new ArrivalObserver();
  const prompt = new ValueCounts();
  const output = new ValueCounts();
  const thinking = new ValueCounts();
  const prefix = new PrefixObserver(options.lruCapacitiesBlocks ?? DEFAULT_LRU_CAPACITIES_BLOCKS);
  let thinks = false;
  const { row } = reader;
  while (reader.next()) {
    if (reader.hasTimes) arrivals.add(row.timeS);
    prompt.add(row.promptTokens);
    output.add(row.outputTokens);
    thinking.add(row.thinkingTokens);
    thinks ||= row.thinkingTokens > 0;
    prefix.add(row);
  }
  return {
    path: file.path,
    format: file.format,
    rowsRead: reader.rowsRead,
    emitted: reader.emitted,
    dropped: reader.dropped,
    arrivals: reader.hasTimes ? arrivals.result() : null,
    prompt: prompt.statistics(),
    output: output.statistics(),
    thinking: thinks ? thinking.statistics() : null,
    prefix: prefix.result(),
  };
}
