/** Trouble with files of results, for which the user, not the program, has the remedy. */

export type ResultsErrorCode = 'RESULTS_EXIST' | 'RESULTS_LOCKED' | 'RESULTS_WRITE' | 'RESULTS_READ';

/** Carries a stable code, the path and what to do; printed without a stack trace, exit code 4. */
export class ResultsError extends Error {
  readonly code: ResultsErrorCode;
  readonly path: string;

  constructor(code: ResultsErrorCode, path: string, message: string) {
    super(message);
    this.name = 'ResultsError';
    this.code = code;
    this.path = path;
  }
}

const REASONS: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
  EACCES: 'permission denied',
  EPERM: 'operation not permitted',
  EROFS: 'the file system is read-only',
  ENOENT: 'no such file or folder',
  ENOTDIR: 'a part of the path is not a folder',
  EISDIR: 'it is a folder',
  EEXIST: 'a file of that name is in the way',
  ENAMETOOLONG: 'the name is too long',
  EMFILE: 'too many open files',
  EFBIG: 'the file is too large for this file system',
};

/** What a failed system call means, in words. */
export function systemReason(error: unknown): string {
  const code = (error as { code?: unknown } | null)?.code;
  if (typeof code === 'string') return REASONS[code] ?? code;
  return error instanceof Error ? error.message : String(error);
}
