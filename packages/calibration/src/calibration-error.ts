/**
 * The one error this package throws: a fit that was asked for something that cannot be fitted.
 *
 * Bad rows of measurements never end here; they are left out of the fit and counted. What ends here is a parameter whose
 * bounds are no bounds, a residual function that answers with the wrong number of rows, a path no catalog entry has.
 */

/** What went wrong, as a stable word that callers may branch on. */
export type CalibrationErrorCode =
  | 'CALIBRATION_PARAMETER'
  | 'CALIBRATION_ROWS'
  | 'CALIBRATION_START'
  | 'CALIBRATION_PATH'
  | 'CALIBRATION_SPLIT';

/** Thrown when a fit is set up wrongly: code, place, what was given, what is allowed. */
export class CalibrationError extends Error {
  readonly code: CalibrationErrorCode;
  readonly place: string;
  readonly given: string;
  readonly allowed: string;

  constructor(code: CalibrationErrorCode, place: string, given: string, allowed: string) {
    super(`${place}: ${given} is not possible; allowed is ${allowed}`);
    this.name = 'CalibrationError';
    this.code = code;
    this.place = place;
    this.given = given;
    this.allowed = allowed;
  }
}
