/**
 * What is wrong with a trace, and where: the one error type that every trace reader throws.
 *
 * `line` and `column` count from 1; column 0 means the whole line and line 0 the whole file. A missing or unreadable
 * file is not a TraceError: the `OpenBytes` that was handed in reports that its own way.
 */

/** Stable codes of trace errors. */
export type TraceErrorCode =
  | 'trace-empty'
  | 'trace-no-rows'
  | 'trace-gzip'
  | 'trace-line-too-long'
  | 'trace-header'
  | 'trace-column-count'
  | 'trace-quote'
  | 'trace-json'
  | 'trace-not-a-number'
  | 'trace-not-whole'
  | 'trace-negative'
  | 'trace-too-large'
  | 'trace-zero-tokens'
  | 'trace-bad-time'
  | 'trace-time-backwards'
  | 'trace-formula-text'
  | 'trace-hash-ids'
  | 'trace-inconsistent'
  | 'trace-no-times';

/** The parts of a trace error, as plain data. */
export interface TraceErrorPlace {
  readonly code: TraceErrorCode;
  readonly path: string;
  /** Line of the file from 1, the header included; 0 = the whole file. */
  readonly line: number;
  /** Byte of the line from 1; 0 = the whole line. */
  readonly column: number;
  /** What was found there, cut to 80 characters. */
  readonly given: string;
  /** What would have been accepted. */
  readonly allowed: string;
}

const MAX_GIVEN_CHARACTERS = 80;

/** A trace that cannot be used as it is: code, place, what was given, what is allowed. */
export class TraceError extends Error implements TraceErrorPlace {
  readonly code: TraceErrorCode;
  readonly path: string;
  readonly line: number;
  readonly column: number;
  readonly given: string;
  readonly allowed: string;

  constructor(place: TraceErrorPlace, problem: string) {
    const given =
      place.given.length > MAX_GIVEN_CHARACTERS ? `${place.given.slice(0, MAX_GIVEN_CHARACTERS - 3)}...` : place.given;
    const at = place.line > 0 ? `:${place.line}${place.column > 0 ? `:${place.column}` : ''}` : '';
    super(`${place.path}${at}: ${problem}${given === '' ? '' : ` (given: ${given})`}; allowed: ${place.allowed}`);
    this.name = 'TraceError';
    this.code = place.code;
    this.path = place.path;
    this.line = place.line;
    this.column = place.column;
    this.given = given;
    this.allowed = place.allowed;
  }
}
