/**
 * A trace of a scenario: found, its format told, read through once so that a bad row is known before the run.
 *
 * Errors of a trace point at its own line and column, and say where the scenario names it.
 */

import { detectFileFormat, TraceError, type TraceScan, type TraceSpec } from '@infersim/workload';
import { fileMessage } from '../layer/extends.js';
import { quoteGiven } from '../problem.js';
import type { TraceInput } from '../schema/workload-fields.js';
import { type Path, pathText } from '../yaml/located.js';
import type { ResolveContext } from './context.js';

export interface ResolvedTrace {
  readonly spec: TraceSpec;
  readonly scan: TraceScan;
}

/** Resolves a trace; null after filing why it cannot be used. */
export function resolveTrace(ctx: ResolveContext, path: Path, input: TraceInput): ResolvedTrace | null {
  const at: Path = [...path, 'file'];
  const file = ctx.files.resolvePath(input.file, ctx.sourceLabel(at));
  try {
    const format = input.format === 'auto' ? detectFileFormat(ctx.files.openBytes, file) : input.format;
    if (format === null) {
      ctx.problem(at, {
        code: 'SCENARIO_TRACE_FORMAT',
        message: `nobody knows the format of \`${quoteGiven(input.file)}\` by its first line`,
        given: input.file,
        allowed: ['format: canonical, azure-llm, mooncake, burstgpt, lengths'],
      });
      return null;
    }
    if (input.format === 'auto') {
      ctx.rewrite([...path, 'format'], format);
    }
    const spec: TraceSpec = {
      path: file,
      format,
      speed: input.speed,
      keep: input.keep,
      copies: input.copies,
      repeat: input.repeat,
      badRows: input.bad_rows,
      spreadS: input.spread,
    };
    const scan = ctx.files.scanTrace(spec);
    if (!scan.usable) {
      if (scan.firstError !== null) reportTraceError(ctx, at, file, scan.firstError);
      return null;
    }
    return { spec, scan };
  } catch (error) {
    if (error instanceof TraceError) reportTraceError(ctx, at, file, error);
    else
      ctx.problem(at, {
        code: 'SCENARIO_TRACE_FILE',
        message: fileMessage(input.file, error),
        given: input.file,
        allowed: ['a readable trace'],
      });
    return null;
  }
}

function reportTraceError(ctx: ResolveContext, at: Path, file: string, error: TraceError): void {
  const code = error.code.toUpperCase().replaceAll('-', '_');
  const message = error.message.replace(/^.*?:(?:\d+:(?:\d+:)?)? /, '').replace(/; allowed: .*$/s, '');
  const note = `named at ${ctx.sourceLabel(at)}, ${pathText(at)}`;
  if (error.line === 0) {
    ctx.problem(at, { code, message: `${file}: ${message}`, given: error.given, allowed: [error.allowed] });
    return;
  }
  ctx.problemInFile(file, error.line, error.column, '', {
    code,
    message,
    given: error.given,
    allowed: [error.allowed],
    notes: [note],
  });
}
