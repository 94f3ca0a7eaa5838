/**
 * Problems as text: for people (excerpt with carets), for GitHub's annotations, and as JSON.
 */

import { type Problem, visibleText } from './problem.js';

export interface ProblemFormat {
  /** `text` (default) for terminals, `github` for workflow annotations, `json` for programs. */
  readonly format?: 'text' | 'github' | 'json';
  readonly color?: boolean;
  /** Most problems shown; the rest is counted. Default 50. */
  readonly limit?: number;
}

const EXCERPT_WIDTH = 100;
const ALLOWED_WIDTH = 110;

/** Renders problems in the order given. Ends with a line feed unless there is nothing to show. */
export function formatProblems(problems: readonly Problem[], options: ProblemFormat = {}): string {
  const limit = options.limit ?? 50;
  const format = options.format ?? 'text';
  if (format === 'json') return `${JSON.stringify({ problems }, null, 2)}\n`;
  const shown = problems.slice(0, limit);
  const rest = problems.length - shown.length;
  if (format === 'github') {
    const lines = shown.map(githubLine);
    if (rest > 0) lines.push(`::error::${rest} more problems`);
    return lines.length === 0 ? '' : `${lines.join('\n')}\n`;
  }
  const blocks = shown.map((problem) => textBlock(problem, options.color ?? false));
  if (rest > 0) blocks.push(`... and ${rest} more ${rest === 1 ? 'problem' : 'problems'}\n`);
  return blocks.join('\n');
}

function textBlock(problem: Problem, color: boolean): string {
  const paint = (code: number, text: string) => (color ? `\u001b[${code}m${text}\u001b[0m` : text);
  const head = paint(problem.severity === 'error' ? 31 : 33, `${problem.severity}:`);
  const lines = [`${head} ${visibleText(problem.message)} [${problem.code}]`];
  const spot = problem.line > 0 ? `${problem.file}:${problem.line}:${problem.column}` : problem.file;
  lines.push(`  ${visibleText(spot)}${problem.path === '' ? '' : `   ${visibleText(problem.path)}`}`);
  const remark = problem.hint ?? (problem.nearest === undefined ? '' : `did you mean \`${problem.nearest}\`?`);
  if (problem.line > 0 && problem.excerpt !== '') {
    const { text, column, length } = excerptWindow(problem);
    const number = String(problem.line).padStart(5);
    lines.push(`${number} | ${text}`);
    const carets = paint(31, '^'.repeat(length));
    lines.push(`${' '.repeat(5)} | ${' '.repeat(column - 1)}${carets}${remark === '' ? '' : ` ${remark}`}`);
  } else if (remark !== '') lines.push(`  ${remark}`);
  for (const note of problem.notes ?? []) lines.push(`  ${visibleText(note)}`);
  if (problem.allowed !== undefined && problem.allowed.length > 0)
    lines.push(`  ${problem.allowedTitle ?? 'allowed'}: ${fitList(problem.allowed)}`);
  return `${lines.join('\n')}\n`;
}

/** The part of a long line around the marked stretch, with the column within that part. */
function excerptWindow(problem: Problem): { text: string; column: number; length: number } {
  const line = visibleText(problem.excerpt);
  const length = Math.max(1, problem.endColumn - problem.column);
  if (line.length <= EXCERPT_WIDTH) return { text: line, column: problem.column, length };
  const from = Math.max(0, Math.min(problem.column - 21, line.length - EXCERPT_WIDTH));
  const text = line.slice(from, from + EXCERPT_WIDTH);
  const column = problem.column - from;
  return { text, column, length: Math.min(length, EXCERPT_WIDTH - column + 1) };
}

/** As many names as fit on a line, nearest order kept, `...` for the rest. */
function fitList(names: readonly string[]): string {
  let text = '';
  for (const [index, name] of names.entries()) {
    const next = text === '' ? visibleText(name) : `${text}, ${visibleText(name)}`;
    if (next.length > ALLOWED_WIDTH && index > 0) return `${text}, ...`;
    text = next;
  }
  return text;
}

function githubLine(problem: Problem): string {
  const property = (text: string) => escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
  const place = problem.line > 0 ? `,line=${problem.line},col=${problem.column},endColumn=${problem.endColumn}` : '';
  const kind = problem.severity === 'error' ? 'error' : 'warning';
  const details = [problem.message];
  if (problem.path !== '') details.push(`at ${problem.path}`);
  if (problem.nearest !== undefined) details.push(`did you mean \`${problem.nearest}\`?`);
  if (problem.notes !== undefined) details.push(...problem.notes);
  if (problem.allowed !== undefined && problem.allowed.length > 0)
    details.push(`${problem.allowedTitle ?? 'allowed'}: ${fitList(problem.allowed)}`);
  return `::${kind} file=${property(problem.file)}${place},title=${property(problem.code)}::${escapeData(details.join('\n'))}`;
}

function escapeData(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}
