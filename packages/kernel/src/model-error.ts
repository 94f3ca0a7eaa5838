/**
 * The error of an impossible state: a defect of the model or of the code that drives the kernel, never of a user's input.
 * The runner adds scenario, seed and replication to what is said here.
 */

/** Stable machine-readable reasons a kernel operation can fail for. */
export type ModelErrorCode =
  | 'EVENT_IN_PAST'
  | 'EVENT_TIME_NOT_FINITE'
  | 'EVENT_ARGUMENT'
  | 'EVENT_SET_FULL'
  | 'CLOCK_BACKWARDS'
  | 'EVENT_FAILED';

/** A model did something impossible; `code` is stable, the message carries time, entity and values. */
export class ModelError extends Error {
  override readonly name = 'ModelError';
  readonly code: ModelErrorCode;

  constructor(code: ModelErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
