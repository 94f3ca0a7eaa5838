/**
 * One thing that is wrong with (or odd about) a user's input, as plain data: a stable code, the place, what was given
 * and what is allowed. Text is made from it last (problem-format), so that terminals, annotations and JSON agree.
 */

import type { Place } from './source-text.js';

export type Severity = 'error' | 'warning';

/** A problem with its place; plain data that can be posted, compared and written as JSON. */
export interface Problem {
  /** Stable across versions, e.g. `SCENARIO_UNKNOWN_KEY`. */
  readonly code: string;
  readonly severity: Severity;
  readonly message: string;
  /** File as the user named it, or the command-line origin of the value (`--set`). */
  readonly file: string;
  /** Start at 1; 0 when the problem concerns the whole file. */
  readonly line: number;
  readonly column: number;
  /** First column after the marked stretch, on the same line. */
  readonly endColumn: number;
  /** The line itself, as written. */
  readonly excerpt: string;
  /** YAML path of the value or of the map that holds the key; empty at top level. */
  readonly path: string;
  /** What the user wrote, shortened. */
  readonly given?: string;
  /** What may stand there: keys, names, or a rule in words. */
  readonly allowed?: readonly string[];
  /** Heading of `allowed`: `allowed here` for keys, `allowed` for values, or what the numbers are. */
  readonly allowedTitle?: string;
  readonly nearest?: string;
  /** Short remark behind the carets. */
  readonly hint?: string;
  /** Further lines, e.g. the numbers of a memory plan. */
  readonly notes?: readonly string[];
}

/** What a check knows about a problem before it has a place. */
export interface ProblemDetails {
  readonly code: string;
  readonly message: string;
  readonly severity?: Severity;
  readonly given?: string;
  readonly allowed?: readonly string[];
  readonly allowedTitle?: string;
  readonly nearest?: string | undefined;
  readonly hint?: string;
  readonly notes?: readonly string[];
}

/** Longest value text repeated in a message, characters. */
const GIVEN_LIMIT = 60;

/** Shortens a value for a message and makes control characters visible, so that no input can steer a terminal. */
export function quoteGiven(text: string): string {
  const visible = visibleText(text);
  return visible.length > GIVEN_LIMIT ? `${visible.slice(0, GIVEN_LIMIT - 3)}...` : visible;
}

/** Replaces control characters (terminal escapes among them) and bidirectional overrides by a visible dot. */
export function visibleText(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not reach a terminal
  return text.replace(/\t/g, ' ').replace(/[\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, '·');
}

/** Joins details with a place and a YAML path. */
export function problemAt(place: Place, path: string, details: ProblemDetails): Problem {
  const from = place.source.position(place.start);
  const to = place.source.position(Math.max(place.start, place.end));
  const excerpt = place.source.line(from.line);
  const endColumn = to.line === from.line ? to.column : excerpt.length + 1;
  return makeProblem(details, {
    file: place.source.label,
    line: from.line,
    column: from.column,
    endColumn: Math.max(endColumn, from.column + 1),
    excerpt,
    path,
  });
}

/** A problem that concerns a whole file (missing, unreadable, too large). */
export function problemOfFile(file: string, details: ProblemDetails): Problem {
  return makeProblem(details, { file, line: 0, column: 0, endColumn: 0, excerpt: '', path: '' });
}

/** A problem at a known line and column of a file that is no source text here (a trace). */
export function problemAtLine(
  file: string,
  line: number,
  column: number,
  excerpt: string,
  details: ProblemDetails,
): Problem {
  return makeProblem(details, { file, line, column, endColumn: column + 1, excerpt, path: '' });
}

type Spot = Pick<Problem, 'file' | 'line' | 'column' | 'endColumn' | 'excerpt' | 'path'>;

function makeProblem(details: ProblemDetails, spot: Spot): Problem {
  return {
    code: details.code,
    severity: details.severity ?? 'error',
    message: details.message,
    ...spot,
    ...(details.given === undefined ? {} : { given: details.given }),
    ...(details.allowed === undefined ? {} : { allowed: details.allowed }),
    ...(details.allowedTitle === undefined ? {} : { allowedTitle: details.allowedTitle }),
    ...(details.nearest === undefined ? {} : { nearest: details.nearest }),
    ...(details.hint === undefined ? {} : { hint: details.hint }),
    ...(details.notes === undefined ? {} : { notes: details.notes }),
  };
}

/** Orders problems by file in order of first use, then line and column; drops exact repeats. */
export function sortProblems(problems: readonly Problem[], files: readonly string[] = []): Problem[] {
  const rank = new Map(files.map((file, index) => [file, index]));
  const seen = new Set<string>();
  const once = problems.filter((problem) => {
    const key = `${problem.code}\0${problem.file}\0${problem.line}\0${problem.column}\0${problem.message}`;
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
  const fileRank = (problem: Problem) => rank.get(problem.file) ?? files.length;
  return once.sort(
    (a, b) =>
      fileRank(a) - fileRank(b) ||
      (a.file < b.file ? -1 : a.file > b.file ? 1 : 0) ||
      a.line - b.line ||
      a.column - b.column ||
      (a.code < b.code ? -1 : a.code > b.code ? 1 : 0),
  );
}
