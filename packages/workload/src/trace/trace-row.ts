/** One row of a trace, overwritten in place by a reader: what every format is brought to. */

export class TraceRow {
  /** Seconds from the trace's start, before any scaling; NaN where the format has no times. */
  timeS = 0;
  promptTokens = 0;
  /** Everything produced, thinking included. */
  outputTokens = 0;
  /** Thinking part of `outputTokens`. */
  thinkingTokens = 0;
  /** Number that stands for the session's name; NaN = the row names none. */
  sessionKey = Number.NaN;
  /** Number that stands for the client's name; NaN = the row names none. */
  clientKey = Number.NaN;
  /** NaN = the row names none. */
  priority = Number.NaN;
  /** Shared leading segments of the prompt: ids below 2^32 and tokens; only the first `segmentCount` hold. */
  segmentIds = new Float64Array(8);
  segmentTokens = new Int32Array(8);
  segmentCount = 0;
  /** Rows accepted before this one in the same pass over the file. */
  ordinal = 0;
  /** Line of the file from 1. */
  line = 0;

  /** Makes room for so many segments; what the columns held is lost. */
  reserveSegments(count: number): void {
    if (count <= this.segmentIds.length) return;
    this.segmentIds = new Float64Array(count * 2);
    this.segmentTokens = new Int32Array(count * 2);
  }

  /** Takes over everything of another row. */
  copyFrom(other: TraceRow): void {
    this.timeS = other.timeS;
    this.promptTokens = other.promptTokens;
    this.outputTokens = other.outputTokens;
    this.thinkingTokens = other.thinkingTokens;
    this.sessionKey = other.sessionKey;
    this.clientKey = other.clientKey;
    this.priority = other.priority;
    this.ordinal = other.ordinal;
    this.line = other.line;
    this.reserveSegments(other.segmentCount);
    this.segmentCount = other.segmentCount;
    for (let i = 0; i < other.segmentCount; i++) {
      this.segmentIds[i] = other.segmentIds[i]!;
      this.segmentTokens[i] = other.segmentTokens[i]!;
    }
  }
}
