/**
 * Segment ids that never clash: one range for each source and client copy of a trace, and one for generated prefixes.
 *
 * An id is range x 2^32 + the trace's own id. Ranges 0 .. 2^20 - 1 belong to traces (one for each source, copy and
 * pass: copies of a row and later passes are other clients with other content, so they share nothing and the hit rate
 * of a trace does not change by scaling it). The ranges above belong to generated system prompts and to the
 * prompts of a client's pool, one for each workload: all sites of a workload use the same ones.
 */

import type { PrefixChain } from '../prefix.js';
import type { TraceRow } from '../trace/trace-row.js';

const IDS_PER_RANGE = 2 ** 32;
const TRACE_RANGES = 2 ** 20;

/**
 * Id range of one copy of one source's trace.
 *
 * @throws RangeError beyond 2^20 ranges.
 */
export function traceIdBase(sourceIndex: number, clonesPerSource: number, clone: number): number {
  const range = sourceIndex * clonesPerSource + clone;
  if (!(range < TRACE_RANGES)) {
    throw new RangeError(
      `too many copies of traces: sources x copies x passes must stay below ${TRACE_RANGES}, got ${range}`,
    );
  }
  return range * IDS_PER_RANGE;
}

/** Id of a generated system prompt, or of a segment of a pool's prompt. @throws RangeError beyond 2^20 workloads. */
export function groupId(workloadIndex: number, group: number): number {
  if (!(workloadIndex < TRACE_RANGES)) throw new RangeError(`too many workloads: ${workloadIndex}`);
  return (TRACE_RANGES + workloadIndex) * IDS_PER_RANGE + group;
}

/**
 * The chain of a trace row, ids moved into a range, cut to the prompt's length: a segment over the cut keeps its id but
 * is shorter, so it no longer matches the whole one. Null when the row has no segments.
 */
export function rowChain(row: TraceRow, idBase: number, promptTokens: number): PrefixChain | null {
  let count = 0;
  let totalTokens = 0;
  while (count < row.segmentCount && totalTokens < promptTokens) totalTokens += row.segmentTokens[count++]!;
  if (count === 0) return null;
  const ids = new Float64Array(count);
  const tokens = new Int32Array(count);
  for (let i = 0; i < count; i++) {
    ids[i] = row.segmentIds[i]! + idBase;
    tokens[i] = row.segmentTokens[i]!;
  }
  if (totalTokens > promptTokens) {
    tokens[count - 1]! -= totalTokens - promptTokens;
    totalTokens = promptTokens;
  }
  return { ids, tokens, totalTokens };
}
