/**
 * The run loop: takes events in order and hands each to one handler, until a time, a condition or a count.
 *
 * Kinds are small integers that the handler switches on; the kernel gives them no meaning. Each run covers the half-open
 * span up to `untilS`: events at exactly `untilS` stay pending, and the clock is then moved to `untilS`. Hence a run
 * split at any time and continued is the same as one run, and what others send in for that very instant between the
 * two parts is still ordered by the queue's own rule, as windows of parallel sites need.
 */

import type { EventQueue } from './event-queue.js';
import { ModelError } from './model-error.js';

/** What the run loop drives: one object for the whole model (a second class here costs speed). */
export interface EventHandler {
  /** Handles one event. `kind` and `payload` are what was scheduled (payload 0 for in-place events); `timeS` in seconds. */
  onEvent(kind: number, source: number, payload: number, timeS: number): void;
}

/** When to stop. */
export interface RunLimits {
  /** End of the span in seconds, not included; +Infinity runs until no event is left. */
  readonly untilS: number;
  /** Most events to dispatch in this call; default no limit. */
  readonly maxEvents?: number;
  /** Tested before every event, the first included; true stops the run with the clock at the last event. */
  readonly until?: () => boolean;
}

/**
 * Why a run stopped: `time` (events left, none before `untilS`), `empty` (no events left), `condition`, `limit`
 * (`maxEvents` dispatched and more to do before `untilS`).
 */
export type StopReason = 'time' | 'empty' | 'condition' | 'limit';

/** Outcome of one call; `nowS` is the clock in seconds afterwards. */
export interface RunOutcome {
  readonly reason: StopReason;
  readonly eventCount: number;
  readonly nowS: number;
}

/**
 * Dispatches events in order until a limit is reached. With reason `time` or `empty` and a finite `untilS` the clock
 * stands at `untilS` afterwards; otherwise at the last event.
 *
 * @throws RangeError when `untilS` is NaN or before the clock, or `maxEvents` is not a count.
 * @throws ModelError `EVENT_FAILED` when the handler throws: time, kind, source and count are added, the original is
 * its `cause`; `CLOCK_BACKWARDS` when the queue yields an event before the previous one.
 */
export function runUntil(queue: EventQueue, handler: EventHandler, limits: RunLimits): RunOutcome {
  const { untilS, until } = limits;
  const maxEvents = limits.maxEvents ?? Number.POSITIVE_INFINITY;
  if (!(untilS >= queue.nowS))
    throw new RangeError(`untilS must not be before the clock (${queue.nowS} s), got ${untilS}`);
  if (!(maxEvents >= 0)) throw new RangeError(`maxEvents must be a count, got ${maxEvents}`);
  let eventCount = 0;
  let reason: StopReason;
  for (;;) {
    if (until?.()) {
      reason = 'condition';
      break;
    }
    if (eventCount >= maxEvents && queue.peekTimeS() < untilS) {
      reason = 'limit';
      break;
    }
    if (!queue.popBefore(untilS)) {
      reason = queue.size === 0 ? 'empty' : 'time';
      if (untilS < Number.POSITIVE_INFINITY) queue.advanceTo(untilS);
      break;
    }
    eventCount++;
    try {
      handler.onEvent(queue.eventKind, queue.eventSource, queue.eventPayload, queue.eventTimeS);
    } catch (cause) {
      const { eventKind: kind, eventSource: source, eventTimeS: timeS } = queue;
      const message = cause instanceof Error ? cause.message : String(cause);
      throw new ModelError(
        'EVENT_FAILED',
        `event kind ${kind} of source ${source} at ${timeS} s (event ${eventCount} of this run): ${message}`,
        { cause },
      );
    }
  }
  return { reason, eventCount, nowS: queue.nowS };
}
