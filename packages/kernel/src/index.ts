export { EventQueue, type EventQueueOptions } from './event-queue.js';
export { ModelError, type ModelErrorCode } from './model-error.js';
export { type EventHandler, type RunLimits, type RunOutcome, runUntil, type StopReason } from './run-loop.js';
