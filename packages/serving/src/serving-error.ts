/**
 * The error of an impossible state inside a replica: a defect of this code, of the step model it was given, or of the
 * owner that drives it, never of a user's input (bad settings are RangeErrors, see `checkEngineSettings`).
 */

/** Stable machine-readable reasons. */
export type ServingErrorCode =
  | 'REPLICA_STUCK'
  | 'REQUEST_NOT_HERE'
  | 'REQUEST_MALFORMED'
  | 'BOUNDARY_MISPLACED'
  | 'PRICE_NOT_USABLE'
  | 'BLOCKS_EXHAUSTED'
  | 'BLOCKS_LEAKED';

/** A replica was driven into, or found itself in, a state that cannot be. The message carries replica, slot and values. */
export class ServingError extends Error {
  override readonly name = 'ServingError';
  readonly code: ServingErrorCode;

  constructor(code: ServingErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
