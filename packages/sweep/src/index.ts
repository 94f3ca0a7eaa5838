export { parseAxis } from './design/axis-text.js';
export {
  type Assignment,
  type Axis,
  type AxisValues,
  type Design,
  type DesignProblem,
  type Dimension,
  type Draw,
  designPaths,
  type Trial,
} from './design/design.js';
export { type ParsedDesign, parseDesignFile } from './design/design-file.js';
export { checkDesign, countText, countTrials, trialsOf } from './design/trials.js';
export type { ValueRange } from './design/value-range.js';
export { emitFlaw, emitJob } from './emit/emit.js';
export type { EmitTarget, ShardedJob } from './emit/job.js';
export {
  entryRows,
  JOURNAL_FILE,
  type JournalEntry,
  type JournalHeader,
  readJournal,
  type SavedJournal,
  type Shard,
  type TrialOutcome,
} from './record/journal.js';
export type { TrialFacts, TrialObjective, TrialRecord, TrialStatus } from './record/trial-record.js';
export { type MergedShards, mergeShards } from './result/merge.js';
export { DEFAULT_PARETO, type ParetoMetric, paretoSet, parsePareto } from './result/pareto.js';
export { sweepRunsCsv } from './result/runs-table.js';
export { type SweepFacts, sweepSummary } from './result/summary-text.js';
export {
  meetsObjectives,
  paramsObject,
  SWEEP_SCHEMA,
  type SweepResult,
  sweepFingerprint,
  sweepJson,
  sweepResult,
} from './result/sweep-document.js';
export { type CheckedTrial, type CheckedTrials, checkTrials } from './run/check-trials.js';
export { type RunTrialsOptions, runTrials, type SweepProgress } from './run/run-trials.js';
export { isInShard, parseShard, shardText, WHOLE } from './run/shard.js';
export {
  checkSweepFolder,
  type FolderRule,
  openSweepFolder,
  SWEEP_FILES,
  type SweepFolder,
} from './run/sweep-folder.js';
export { planSweep, type SweepPlan } from './run/sweep-plan.js';
export type { SweepSource } from './run/worker.js';
export { type PoolOptions, type SweepPool, startPool } from './run/worker-pool.js';
