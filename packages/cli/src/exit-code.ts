/** Exit codes, and which one wins when several apply. */

export const ExitCode = {
  OK: 0,
  /** Our bug. */
  BUG: 1,
  /** Wrong command line. */
  USAGE: 2,
  /** Invalid scenario, trace or series. */
  INVALID_INPUT: 3,
  /** File or disk. */
  FILE: 4,
  /** Some sweep points failed. */
  SOME_FAILED: 5,
  /** A limit was hit; partial results. */
  LIMIT: 6,
  /** Nothing feasible was found. */
  INFEASIBLE: 7,
  /** `compare` found a regression. */
  REGRESSION: 8,
  /** An objective failed; results are written. */
  OBJECTIVE_FAILED: 99,
  /** SIGINT; partial results written. */
  INTERRUPTED: 130,
  /** SIGTERM; partial results written. */
  TERMINATED: 143,
} as const;
export type ExitCode = (typeof ExitCode)[keyof typeof ExitCode];

const PRECEDENCE: readonly ExitCode[] = [
  ExitCode.BUG,
  ExitCode.FILE,
  ExitCode.INTERRUPTED,
  ExitCode.TERMINATED,
  ExitCode.LIMIT,
  ExitCode.SOME_FAILED,
  ExitCode.OBJECTIVE_FAILED,
];

/** The code to exit with when all of these apply; 0 for none. */
export function decideExitCode(codes: readonly ExitCode[]): ExitCode {
  for (const code of PRECEDENCE) if (codes.includes(code)) return code;
  return codes.find((code) => code !== ExitCode.OK) ?? ExitCode.OK;
}
