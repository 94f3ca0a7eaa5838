/** `infersim accuracy`: predictions against measured runs. */

import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { basename, dirname, extname, join } from 'node:path';
import {
  type AccuracyDocument,
  AccuracyRecordError,
  accuracyDocument,
  accuracyJson,
  accuracyPage,
  accuracyPlot,
  accuracyRecord,
  accuracySummaryCsv,
  accuracyText,
  bandedRows,
  compareHeadlines,
  type DatasetId,
  type ErrorRow,
  type ErrorRows,
  errorRows,
  errorsCsv,
  type GateResult,
  gateText,
  HEADLINE_TARGETS,
  type LeaveOutKind,
  METRIC_WORDS,
  type MeasuredCase,
  type MeasuredTables,
  type MetricName,
  type RecordedHeadline,
  readAccuracyRecord,
  recordedHeadlines,
} from '@infersim/accuracy';
import { nearestName } from '@infersim/scenario';
import type { AccuracyModel, PredictOptions } from '../accuracy-model.js';
import { CASE_PROGRESS_WORDS, type CaseProgress } from '../case-progress.js';
import { CliError } from '../cli-error.js';
import { ExitCode } from '../exit-code.js';
import { interruptibleWork } from '../interruptible-work.js';
import { nothingToRun, readMeasured } from '../measured-input.js';
import { displayOf, type ProgressDisplay } from '../progress.js';
import type { OutputFormat, ProgressMode } from '../run-flags.js';
import type { Terminal } from '../terminal.js';
import { checkTargets, type WholeFile, writeWholeFiles } from '../whole-files.js';

export interface AccuracyFlags {
  readonly data?: readonly string[];
  /** Absent = model families. */
  readonly leaveOut?: readonly LeaveOutKind[];
  /** Nothing is left out: quick. */
  readonly inSample?: boolean;
  readonly only?: readonly DatasetId[];
  readonly metric?: readonly string[];
  readonly check?: string;
  readonly writeRecord?: string;
  readonly doc?: string;
  readonly out?: string;
  readonly force?: boolean;
  readonly jobs?: number;
  readonly format: OutputFormat | 'csv';
  readonly rows?: boolean;
  readonly quiet?: boolean;
  readonly progress: ProgressMode;
}

/** Runs every case, prints and writes. 8 when `--check` finds a headline error that grew; 130 when a signal stopped it. */
export async function accuracy(flags: AccuracyFlags, terminal: Terminal, model: AccuracyModel): Promise<ExitCode> {
  const metrics = metricNames(flags.metric ?? []);
  const stored = flags.check === undefined ? null : readStored(flags.check);
  const targets = outputPaths(flags);
  checkTargets(targets.all, flags.force === true);
  const all = flags.data === undefined ? await model.referenceTables() : await readMeasured(flags.data, null);
  const tables = chosen(all, flags.only ?? [], metrics);
  if (tables.cases.length === 0) throw nothingToRun(all, { only: flags.only ?? [], metrics, paths: flags.data ?? [] });

  const quiet = flags.quiet === true;
  const display = displayOf(CASE_PROGRESS_WORDS, quiet ? 'none' : flags.progress, terminal, () => performance.now());
  return interruptibleWork(
    async (signal) => {
      const errors = await predictAll(all.cases, tables.cases, { flags, display, signal, model });
      display.clear();
      const rows = errors.flatMap((part) => part.rows);
      const document = accuracyDocument({
        tables,
        errors,
        bands: model.bandsOf(bandedRows(rows), tables.cases),
        withRows: flags.rows === true,
      });
      const gate =
        stored === null ? null : compareHeadlines(stored, recordedHeadlines(document), gateScope(flags, metrics));
      const files = outputFiles(document, rows, targets);
      writeWholeFiles(files);
      print(document, rows, gate, files, flags, terminal);
      return gate === null || gate.passed ? ExitCode.OK : ExitCode.REGRESSION;
    },
    { terminal, quiet, clear: () => display.clear(), close: model.close },
  );
}

function metricNames(given: readonly string[]): readonly MetricName[] {
  const known = Object.keys(METRIC_WORDS);
  for (const name of given)
    if (!known.includes(name)) {
      const near = nearestName(name, known);
      throw new CliError(
        ExitCode.USAGE,
        `there is no metric \`${name}\`${near === undefined ? `; allowed: ${known.join(', ')}` : `; did you mean \`${near}\`?`}`,
      );
    }
  return given as readonly MetricName[];
}

function readStored(path: string): RecordedHeadline[] {
  try {
    return readAccuracyRecord(readFileSync(path, 'utf8'));
  } catch (error) {
    if (error instanceof AccuracyRecordError)
      throw new CliError(ExitCode.INVALID_INPUT, `${path}: ${error.message} [${error.code}]`);
    throw error;
  }
}

interface OutputPaths {
  readonly folder: Readonly<Record<'errors' | 'summary' | 'json' | 'plot', string>> | null;
  readonly doc: { readonly page: string; readonly plot: string } | null;
  readonly record: string | null;
  readonly all: readonly string[];
}

function outputPaths({ out, doc, writeRecord }: AccuracyFlags): OutputPaths {
  const folder =
    out === undefined
      ? null
      : {
          errors: join(out, 'errors.csv'),
          summary: join(out, 'summary.csv'),
          json: join(out, 'accuracy.json'),
          plot: join(out, 'accuracy.svg'),
        };
  const page = doc === undefined ? null : { page: doc, plot: join(dirname(doc), `${basename(doc, extname(doc))}.svg`) };
  const record = writeRecord ?? null;
  const all = [...Object.values(folder ?? {}), ...Object.values(page ?? {}), ...(record === null ? [] : [record])];
  return { folder, doc: page, record, all };
}

/** Cases of the chosen tables with the chosen metrics; a case without any of them does not run. */
function chosen(tables: MeasuredTables, only: readonly DatasetId[], metrics: readonly MetricName[]): MeasuredTables {
  if (only.length === 0 && metrics.length === 0) return tables;
  const cases = tables.cases.flatMap((item): MeasuredCase[] => {
    if (only.length > 0 && !only.includes(item.dataset)) return [];
    if (metrics.length === 0) return [item];
    const measured = Object.entries(item.measured).filter(([name]) => metrics.includes(name as MetricName));
    return measured.length === 0 ? [] : [{ ...item, measured: Object.fromEntries(measured) }];
  });
  return { ...tables, cases };
}

interface PredictWork {
  readonly flags: AccuracyFlags;
  readonly display: ProgressDisplay<CaseProgress>;
  readonly signal: AbortSignal;
  readonly model: AccuracyModel;
}

/** In-sample first, then each kind of leaving out; a group's rows meet the predictions made without it. */
async function predictAll(
  all: readonly MeasuredCase[],
  chosenCases: readonly MeasuredCase[],
  { flags, display, signal, model }: PredictWork,
): Promise<ErrorRows[]> {
  const startMs = performance.now();
  const options = (phase: string): PredictOptions => {
    const phaseStartS = (performance.now() - startMs) / 1000;
    return {
      jobs: flags.jobs ?? availableParallelism(),
      constants: {},
      signal,
      onProgress: (done, total) => display.update({ phase, done, total, phaseStartS }),
    };
  };
  const errors = [errorRows(chosenCases, await model.predict(chosenCases, options('in-sample')))];
  const byId = new Map(chosenCases.map((item) => [item.id, item]));
  const kinds: readonly LeaveOutKind[] = flags.inSample === true ? [] : (flags.leaveOut ?? ['model-family']);
  for (const by of [...new Set(kinds)]) {
    const rows = { by, fitted: all, predicted: chosenCases };
    for (const { group, predictions } of await model.predictLeftOut(rows, options(`left-out ${by}`))) {
      const own = predictions.flatMap((prediction) => byId.get(prediction.caseId) ?? []);
      errors.push(errorRows(own, predictions, { kind: 'left-out', by, group }));
    }
  }
  return errors;
}

/** With `--only` or `--metric` the other lines of the headline cannot have rows: they are not missed. */
function gateScope(flags: AccuracyFlags, metrics: readonly MetricName[]): { readonly ids?: readonly string[] } {
  const only = flags.only ?? [];
  if (only.length === 0 && metrics.length === 0) return {};
  const ids = HEADLINE_TARGETS.filter(
    ({ select }) =>
      (only.length === 0 || select.datasets.every((dataset) => only.includes(dataset))) &&
      (metrics.length === 0 || select.metrics.every((metric) => metrics.includes(metric))),
  ).map((target) => target.id);
  return { ids };
}

function outputFiles(document: AccuracyDocument, rows: readonly ErrorRow[], paths: OutputPaths): WholeFile[] {
  const plot = () =>
    accuracyPlot(
      rows.filter((row) => row.split.kind === 'in-sample'),
      {
        title: 'Predicted against measured',
        subtitle: 'in-sample: constants of the catalog, which these rows helped to fit',
      },
    );
  const files: WholeFile[] = [];
  if (paths.folder !== null)
    files.push(
      { path: paths.folder.errors, chunks: errorsCsv(rows) },
      { path: paths.folder.summary, chunks: accuracySummaryCsv(document) },
      { path: paths.folder.json, chunks: [accuracyJson(document)] },
      { path: paths.folder.plot, chunks: [plot()] },
    );
  if (paths.doc !== null)
    files.push(
      { path: paths.doc.page, chunks: [accuracyPage(document, { picture: basename(paths.doc.plot) })] },
      { path: paths.doc.plot, chunks: [plot()] },
    );
  if (paths.record !== null) files.push({ path: paths.record, chunks: [accuracyRecord(document)] });
  return files;
}

function print(
  document: AccuracyDocument,
  rows: readonly ErrorRow[],
  gate: GateResult | null,
  files: readonly WholeFile[],
  flags: AccuracyFlags,
  terminal: Terminal,
): void {
  if (flags.format === 'json') terminal.out(accuracyJson(document));
  if (flags.format === 'csv') for (const chunk of errorsCsv(rows)) terminal.out(chunk);
  if (flags.format === 'text')
    terminal.out(
      accuracyText(
        document,
        { files: files.map((file) => file.path) },
        { color: terminal.outColor, ascii: terminal.ascii },
      ),
    );
  if (gate === null) return;
  // The verdict of the gate is asked for, but stdout may hold one document only.
  if (flags.format === 'text') terminal.out(`\n${gateText(gate, { color: terminal.outColor })}`);
  else if (!gate.passed || flags.quiet !== true) terminal.err(gateText(gate, { color: terminal.errColor }));
}
