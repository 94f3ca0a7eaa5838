/**
 * Results of benchmark clients to cases: vLLM's `bench serve`, GuideLLM, AIPerf and GenAI-Perf, told apart by their shape.
 *
 * A result says how the load was driven and what was seen; where it ran, the caller says. Each run is one case (its `line` is
 * the number of the run in the file). JSON that is broken, of no known shape, or without a load or figures is a problem
 * with the file's name; the other files are read.
 */

import { readFile } from 'node:fs/promises';
import type { MeasuredCase, MeasuredTables, RowProblem } from '../../cases/measured-case.js';
import { caseNames, type FileCases, joinTables, unreadable } from '../read-tables.js';
import { RowFault } from '../row-fault.js';
import { aiPerfRun, isAiPerf } from './aiperf.js';
import { type ClientContext, type ClientRun, clientCase } from './client-run.js';
import { guideLlmRuns, isGuideLlm } from './guidellm.js';
import { isVllmBench, vllmBenchRun } from './vllm-bench.js';

/** Reads results in the order given, all with the same context. Does not reject for anything a file holds. */
export async function readClientResults(files: readonly string[], context: ClientContext): Promise<MeasuredTables> {
  const read: FileCases[] = [];
  const names = caseNames(files);
  for (const [index, path] of files.entries()) {
    const name = names[index] ?? path;
    const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => error);
    read.push(typeof text === 'string' ? clientCases(name, text, context) : unreadable(name, text));
  }
  return joinTables(read);
}

/** Whether text is JSON that one of these clients wrote. */
export function isClientResult(text: string): boolean {
  try {
    const root: unknown = JSON.parse(withoutMark(text));
    return isVllmBench(root) || isGuideLlm(root) || isAiPerf(root);
  } catch {
    return false;
  }
}

/** Reads the text of one result. */
export function clientCases(file: string, text: string, context: ClientContext): FileCases {
  const cases: MeasuredCase[] = [];
  const problems: RowProblem[] = [];
  const runs = runsOf(file, text, problems);
  for (const [index, run] of runs.entries()) {
    const line = index + 1;
    try {
      cases.push(clientCase(file, line, run(), context));
    } catch (error) {
      if (!(error instanceof RowFault)) throw error;
      const { column, code, message, given, allowed } = error;
      problems.push({ file, line, column, code, message, given, allowed });
    }
  }
  return { cases, problems, rows: { file, rows: runs.length, cases: cases.length, ignored: [] } };
}

function runsOf(file: string, text: string, problems: RowProblem[]): (() => ClientRun)[] {
  const broken = (message: string, given: string, allowed: string): (() => ClientRun)[] => {
    problems.push({ file, line: 1, column: '', code: 'ROW_SHAPE', message, given, allowed });
    return [];
  };
  let root: unknown;
  try {
    root = JSON.parse(withoutMark(text));
  } catch (error) {
    return broken('the file is not JSON', (error as Error).message, 'one JSON value');
  }
  if (isVllmBench(root)) return [() => vllmBenchRun(root)];
  if (isGuideLlm(root)) return guideLlmRuns(root);
  if (isAiPerf(root)) return [() => aiPerfRun(root)];
  const keys = typeof root === 'object' && root !== null ? Object.keys(root).slice(0, 6).join(', ') : typeof root;
  return broken('no client is known that writes this', keys, 'vllm bench serve, GuideLLM, AIPerf, GenAI-Perf');
}

function withoutMark(text: string): string {
  return text.startsWith('\uFEFF') ? text.slice(1) : text;
}
