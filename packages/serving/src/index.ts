export type { BlockCensus, BlockPool } from './block-pool.js';
export { createReplica } from './create-replica.js';
export type { EngineSettings, SchedulePolicy, SchedulerKind } from './engine-settings.js';
export type { Replica, ReplicaListener } from './replica.js';
export type { ReplicaSetup } from './scheduled-replica.js';
export { Segment, type SegmentReport, segmentCells } from './segment-report.js';
export { REAL_SHIFT, Real, RequestState, ServiceColumns, WHOLE_SHIFT, Whole } from './service-columns.js';
export { ServingError, type ServingErrorCode } from './serving-error.js';
export { checkEngineSettings } from './settings-check.js';
