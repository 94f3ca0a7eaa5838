/**
 * The one error this package throws.
 *
 * A statistic that is fed an impossible number (a time before the last one, NaN, a negative latency) would carry the
 * damage silently into every mean, so the entry refuses it. These are defects of the calling model, not of a
 * scenario: scenarios are checked before a run starts. A statistic that does not exist (the mean of nothing) is not
 * an error: it is `undefined`.
 */

/** What went wrong, as a stable word that callers may branch on. */
export type StatisticsErrorCode =
  | 'STATS_NOT_FINITE'
  | 'STATS_TIME_BACKWARDS'
  | 'STATS_OUT_OF_RANGE'
  | 'STATS_MISMATCH'
  | 'STATS_BAD_FORM';

/** Thrown when a statistic is fed an impossible value; the message holds what was given and what is allowed. */
export class StatisticsError extends Error {
  readonly code: StatisticsErrorCode;

  constructor(code: StatisticsErrorCode, message: string) {
    super(message);
    this.name = 'StatisticsError';
    this.code = code;
  }
}
