/** `infersim trace inspect`: counts, rates, burstiness, lengths and reuse of a recorded trace. */

import { jsonText, traceText } from '@infersim/report';
import { openFileBytes } from '@infersim/runner';
import { detectFileFormat, inspectTrace, type TraceFormat } from '@infersim/workload';
import { CliError } from '../cli-error.js';
import { ExitCode } from '../exit-code.js';
import type { Terminal } from '../terminal.js';

export interface TraceFlags {
  readonly format: 'text' | 'json';
  readonly traceFormat: TraceFormat | 'auto';
  readonly badRows: 'refuse' | 'drop';
  readonly prefixCache?: readonly number[];
}

/** Reads the whole file once, streamed. A bad row stops it with its place unless bad rows are dropped and counted. */
export function inspect(path: string, flags: TraceFlags, terminal: Terminal): ExitCode {
  const format = flags.traceFormat === 'auto' ? detectFileFormat(openFileBytes, path) : flags.traceFormat;
  if (format === null)
    throw new CliError(
      ExitCode.INVALID_INPUT,
      `${path}:1: the first line is of no known trace format; allowed: canonical, azure-llm, mooncake, burstgpt, lengths (--trace-format)`,
    );
  const statistics = inspectTrace(
    openFileBytes,
    { path, format, badRows: flags.badRows },
    flags.prefixCache === undefined ? {} : { lruCapacitiesBlocks: flags.prefixCache },
  );
  terminal.out(flags.format === 'json' ? jsonText(statistics) : traceText(statistics));
  return ExitCode.OK;
}
