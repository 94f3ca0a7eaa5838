export { createSampler, type DistributionSpec, type MixtureComponent } from './distribution.js';
export { EventQueue, type EventQueueOptions } from './event-queue.js';
export { combineFingerprints, combineFingerprintsUnordered, Fingerprint } from './fingerprint.js';
export { hashString, hashUniform } from './hash-draw.js';
export { ModelError, type ModelErrorCode } from './model-error.js';
export { gammaFromMeanCv, lognormalFromMeanCv, lognormalFromMedianP99, weibullFromMeanCv } from './parametrise.js';
export { RandomStream, RandomStreams } from './random-streams.js';
export { type EventHandler, type RunLimits, type RunOutcome, runUntil, type StopReason } from './run-loop.js';
export type { MomentOrder, Sampler } from './sampler.js';
