/** A whole pass over a trace before a run: does every row hold, and what is in it. */

import type { OpenBytes } from '../request-source.js';
import { TraceError } from './trace-error.js';
import { type TraceFile, TraceReader } from './trace-reader.js';

export interface TraceScan {
  /** Rows looked at: all of them, or up to and with the one that stopped the pass. */
  readonly rowsRead: number;
  readonly emitted: number;
  /** Dropped rows by reason; an error code for bad rows. */
  readonly dropped: Readonly<Record<string, number>>;
  /** First and last accepted time, seconds; NaN where the format has no times. */
  readonly firstS: number;
  readonly lastS: number;
  readonly promptTokens: number;
  readonly outputTokens: number;
  readonly hasTimes: boolean;
  readonly hasSessions: boolean;
  readonly hasPrefixes: boolean;
  /** What stopped the pass, or the first row that was dropped as bad; null when every row holds. */
  readonly firstError: TraceError | null;
  /** Whether the trace can be used under its `badRows` rule. */
  readonly usable: boolean;
}

/** Reads a whole trace and reports; errors in the trace are returned, errors of the file system are thrown. */
export function scanTrace(open: OpenBytes, file: TraceFile): TraceScan {
  const reader = new TraceReader(open, file);
  let firstS = Number.NaN;
  let lastS = Number.NaN;
  let promptTokens = 0;
  let outputTokens = 0;
  let hasSessions = false;
  let hasPrefixes = false;
  let stop: TraceError | null = null;
  const { row } = reader;
  try {
    while (reader.next()) {
      if (reader.emitted === 1) firstS = row.timeS;
      lastS = row.timeS;
      promptTokens += row.promptTokens;
      outputTokens += row.outputTokens;
      hasSessions ||= !Number.isNaN(row.sessionKey);
      hasPrefixes ||= row.segmentCount > 0;
    }
  } catch (error) {
    if (!(error instanceof TraceError)) throw error;
    stop = error;
  }
  return {
    rowsRead: reader.rowsRead,
    emitted: reader.emitted,
    dropped: reader.dropped,
    firstS,
    lastS,
    promptTokens,
    outputTokens,
    hasTimes: reader.hasTimes,
    hasSessions,
    hasPrefixes,
    firstError: stop ?? reader.firstBadRow,
    usable: stop === null,
  };
}
