/**
 * What the kinds of engine decide for a replica: who is in the next step, and what memory that takes.
 *
 * A replica (`scheduled-replica.ts`) runs the cycle of boundaries, which is the same for all kinds, and asks its scheduler
 * where they differ. The two are separate objects, not one class and its heirs: code that runs for many kinds of heirs is
 * several times slower, because the compiler can no longer tell where a field of `this` lies; here all replicas are of one
 * class, whatever their kind. Fields of the replica that never change are copied, so that a scheduler reads them directly.
 */

import type { RequestTable } from '@infersim/workload';
import type { EngineSettings } from './engine-settings.js';
import type { ScheduledReplica } from './scheduled-replica.js';
import { RequestState, type ServiceColumns, WHOLE_SHIFT, Whole } from './service-columns.js';
import type { SlotList } from './slot-list.js';
import type { StepBatch } from './step-batch.js';

/** Decides for one replica; a subclass for each kind of engine. */
export abstract class Scheduler {
  protected readonly core: ScheduledReplica;
  protected readonly settings: EngineSettings;
  protected readonly table: RequestTable;
  protected readonly columns: ServiceColumns;
  protected readonly batch: StepBatch;
  protected readonly hasKv: boolean;
  protected readonly waiting: SlotList;
  protected readonly running: SlotList;

  protected constructor(core: ScheduledReplica) {
    this.core = core;
    this.settings = core.settings;
    this.table = core.table;
    this.columns = core.columns;
    this.batch = core.batch;
    this.hasKv = core.hasKv;
    this.waiting = core.waiting;
    this.running = core.running;
  }

  /** The blocks in use (`core.usedBlocks`) counted from the requests that hold them: a walk, for checks. */
  abstract heldBlocks(): number;
  /** Whether a request of this size can ever be served here. */
  abstract canServe(promptTokens: number, outputTokens: number): boolean;
  /** A request has been queued from outside, behind `before` others. */
  abstract arrived(nowS: number, before: number): void;
  /** A waiting request has gone. */
  abstract queueShrank(nowS: number, wasHead: boolean): void;
  /** Decides the next step at a boundary; must end with `core.rest` or `core.proceed`. */
  abstract schedule(nowS: number): void;
  /**
   * Frees what a request held that has just left the running ones and the batch. Its COMPUTED_TOKENS are the tokens held, and
   * NEXT still says who came behind it.
   */
  abstract release(slot: number): void;

  /** Longest prompt plus output of one request, tokens. Asked once. */
  contextLimit(): number {
    return this.settings.maxModelLenTokens;
  }

  /** Leading tokens of this request's prompt that are cached here now. */
  cachedPrefixTokens(_slot: number): number {
    return 0;
  }

  /** What an idle replica of this kind remembers, as a number below 2^30; -1 = more than a number holds. */
  memory(): number {
    return 0;
  }

  /** Makes the memory of an idle replica this one. */
  recall(_memory: number): void {}

  /** Whether prompts and outputs are padded, so that records of requests need correction (`settleOutput`). Asked once. */
  padsPrompts(): boolean {
    return false;
  }

  /** Whether `chunksCounted` is to be called. Asked once. */
  watchesChunks(): boolean {
    return false;
  }

  /** Puts a request whose KV is complete into the decode set. */
  joinDecodes(slot: number): void {
    const { whole } = this.columns;
    const wholes = slot << WHOLE_SHIFT;
    const generated = whole[wholes | Whole.GENERATED_TOKENS]!;
    whole[wholes | Whole.STATE] = RequestState.DECODE;
    this.batch.join(
      slot,
      whole[wholes | Whole.PROMPT_TOKENS]! + generated,
      whole[wholes | Whole.TARGET_TOKENS]! - generated,
    );
  }

  /** A request has left a batch that pads. */
  settleOutput(_slot: number): void {}
  /** A waiting request is withdrawn. */
  dropped(_slot: number): void {}
  /** Before `steps` more decode steps are counted. */
  grow(_steps: number): void {}
  /** Takes what the step in progress needs, if that has not been done. */
  beginStep(): void {}
  /** Chunks of the step have been counted, requests not moved yet. */
  chunksCounted(): void {}
}
