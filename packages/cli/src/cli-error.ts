/** What went wrong from the user's side, and how an error of any kind is told. */

import { ExitCode } from './exit-code.js';

/** A message without a stack, and the exit code that goes with it. */
export class CliError extends Error {
  readonly exitCode: ExitCode;

  constructor(exitCode: ExitCode, message: string) {
    super(message);
    this.name = 'CliError';
    this.exitCode = exitCode;
  }
}

const FILE_CODES =
  /^E(NOSPC|DQUOT|ACCES|PERM|ROFS|NOENT|NOTDIR|ISDIR|EXIST|NAMETOOLONG|MFILE|NFILE|FBIG|IO|LOOP|BUSY)$/;

/** How an error ends the program: its exit code and what to print. */
export interface ErrorReport {
  readonly exitCode: ExitCode;
  readonly text: string;
}

/** Tells users' mistakes and disk trouble in a line; anything else is our bug and comes with all there is to know. */
export function reportError(error: unknown, argv: readonly string[]): ErrorReport {
  if (isCliError(error)) return { exitCode: error.exitCode, text: `error: ${error.message}\n` };
  const name = error instanceof Error ? error.name : '';
  const message = error instanceof Error ? error.message : String(error);
  const code = (error as { code?: unknown } | null)?.code;
  if (name === 'ResultsError') return { exitCode: ExitCode.FILE, text: `error: ${message} [${String(code)}]\n` };
  if (name === 'TraceError') {
    // Scenarios name the same faults by the same codes.
    const shown = String(code).toUpperCase().replaceAll('-', '_');
    return { exitCode: ExitCode.INVALID_INPUT, text: `error: ${message} [${shown}]\n` };
  }
  if (typeof code === 'string' && FILE_CODES.test(code) && 'syscall' in (error as object))
    return { exitCode: ExitCode.FILE, text: `error: ${message}\n` };
  return { exitCode: ExitCode.BUG, text: internalErrorText(error, argv) };
}

/** By name: commands that are bundled apart throw a class of their own. */
function isCliError(error: unknown): error is CliError {
  return error instanceof Error && error.name === 'CliError' && 'exitCode' in error;
}

function internalErrorText(error: unknown, argv: readonly string[]): string {
  const lines = ['internal error: this is a bug of infersim, please report it with the lines below'];
  for (let at: unknown = error, depth = 0; at !== undefined && depth < 4; depth++) {
    const prefix = depth === 0 ? '' : 'caused by: ';
    lines.push(prefix + (at instanceof Error ? (at.stack ?? `${at.name}: ${at.message}`) : String(at)));
    at = at instanceof Error ? at.cause : undefined;
  }
  lines.push(`to reproduce: ${commandLine(argv)}`);
  return `${lines.join('\n')}\n`;
}

/** The command as it can be pasted into a shell. */
export function commandLine(argv: readonly string[]): string {
  return ['infersim', ...argv].map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : quote(word))).join(' ');
}

function quote(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}
