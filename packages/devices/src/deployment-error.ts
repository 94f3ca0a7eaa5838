/**
 * Errors of a deployment that cannot be priced: a device whose numbers make no sense, or a parallelism that does not
 * divide the model. Both are the user's input, so both say what was given and what is allowed.
 */

/** Stable codes of `DeploymentError`. */
export type DeploymentErrorCode =
  | 'DEVICE_NUMBER'
  | 'DEPLOYMENT_PARALLELISM'
  | 'DEPLOYMENT_PRECISION'
  | 'DEPLOYMENT_NUMBER'
  | 'DEPLOYMENT_EXECUTION';

/** A deployment that physics refuses. `place` is a dotted path such as `h100-sxm.memoryBandwidthBps`. */
export class DeploymentError extends RangeError {
  readonly code: DeploymentErrorCode;
  readonly place: string;
  readonly given: unknown;
  readonly allowed: string;

  constructor(code: DeploymentErrorCode, place: string, given: unknown, allowed: string) {
    super(`${place} is ${String(given)}; allowed: ${allowed}`);
    this.name = 'DeploymentError';
    this.code = code;
    this.place = place;
    this.given = given;
    this.allowed = allowed;
  }
}
