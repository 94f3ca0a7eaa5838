export type { EngineSettings } from './engine-settings.js';
export type { Replica, ReplicaListener, SegmentReport } from './replica.js';
