/** A smallest possible owner of one replica: requests and withdrawals at given times, everything it hears written down. */

import type { StepModel } from '@infersim/devices';
import { type PrefixChain, RequestTable } from '@infersim/workload';
import { createReplica } from '../src/create-replica.js';
import type { EngineSettings } from '../src/engine-settings.js';
import type { Replica, ReplicaListener } from '../src/replica.js';
import { Segment, type SegmentReport, segmentCells } from '../src/segment-report.js';
import { REAL_SHIFT, Real, ServiceColumns, WHOLE_SHIFT, Whole } from '../src/service-columns.js';

export interface RequestPlan {
  readonly atS: number;
  readonly prompt: number;
  readonly output: number;
  readonly prefix?: PrefixChain | null;
  readonly cancelS?: number;
  readonly workload?: number;
  /** Output tokens it may make at most; absent = as many as it makes. */
  readonly declared?: number;
  /** Sent from inside the report that this other request has finished, instead of at `atS`. */
  readonly after?: number;
}

export interface Options {
  readonly stepByStep?: boolean;
  /** Whether a boundary goes before requests of the same time. */
  readonly boundaryFirst?: boolean;
  readonly flushS?: readonly number[];
  readonly observe?: boolean;
  /** Whether another replica, used before, takes over each time that the keepsake of the one in use allows it. */
  readonly standIns?: boolean;
  /** Called after every event. */
  readonly check?: (replica: Replica, columns: ServiceColumns, nowS: number) => void;
}

export type Note = readonly [timeS: number, what: string, request: number];

/** A report with its cells, copied. */
export interface CopiedSegment extends Omit<SegmentReport, 'decodesByWorkload' | 'stallS' | 'stalledByWorkload'> {
  fromS: number;
  toS: number;
  workS: number;
  stepS: number;
  growthS: number;
  prefillTokens: number;
  paddingTokens: number;
  energyJ: number;
  prefillS: number;
  kernelS: number;
  bytes: number;
  computeS: number;
  usedBlocksFrom: number;
  usedBlocksTo: number;
  decodesByWorkload: number[];
  stallS: number[];
  stalledByWorkload: number[];
}

function copied(segment: SegmentReport): CopiedSegment {
  return {
    replica: segment.replica,
    steps: segment.steps,
    decodes: segment.decodes,
    stalls: segment.stalls,
    fromS: segmentCells[Segment.FROM_S]!,
    toS: segmentCells[Segment.TO_S]!,
    workS: segmentCells[Segment.WORK_S]!,
    stepS: segmentCells[Segment.STEP_S]!,
    growthS: segmentCells[Segment.GROWTH_S]!,
    prefillTokens: segmentCells[Segment.PREFILL_TOKENS]!,
    paddingTokens: segmentCells[Segment.PADDING_TOKENS]!,
    energyJ: segmentCells[Segment.ENERGY_J]!,
    prefillS: segmentCells[Segment.PREFILL_S]!,
    kernelS: segmentCells[Segment.KERNEL_S]!,
    bytes: segmentCells[Segment.BYTES]!,
    computeS: segmentCells[Segment.COMPUTE_S]!,
    usedBlocksFrom: segmentCells[Segment.USED_BLOCKS_FROM]!,
    usedBlocksTo: segmentCells[Segment.USED_BLOCKS_TO]!,
    decodesByWorkload: [...segment.decodesByWorkload],
    stallS: [...segment.stallS.subarray(0, segment.stalls)],
    stalledByWorkload: [...segment.stalledByWorkload.subarray(0, segment.stalls * WORKLOADS)],
  };
}

export interface Outcome {
  readonly notes: Note[];
  readonly segments: CopiedSegment[];
  readonly gaps: number[][];
  readonly columns: ServiceColumns;
  readonly replica: Replica;
  readonly boundaries: number;
  readonly table: RequestTable;
  readonly readings: number[][];
  /** How often another replica has taken over. */
  readonly standIns: number;
}

export const SETTINGS: EngineSettings = {
  scheduler: 'vllm',
  maxNumSeqs: 8,
  maxNumBatchedTokens: 64,
  blockSizeTokens: 4,
  numBlocks: 1000,
  hasKv: true,
  enableChunkedPrefill: true,
  enablePrefixCaching: false,
  longPrefillTokenThreshold: 0,
  maxModelLenTokens: 4096,
  watermark: 0,
  asyncScheduling: false,
  staticBatchSize: 4,
  staticBatchTimeoutS: 2,
  unifiedKv: false,
  ubatchTokens: 16,
};

const WORKLOADS = 3;

/** A chain of segments given as [id, tokens] pairs. */
export function chain(...segments: [id: number, tokens: number][]): PrefixChain {
  return {
    ids: Float64Array.from(segments, ([id]) => id),
    tokens: Int32Array.from(segments, ([, tokens]) => tokens),
    totalTokens: segments.reduce((sum, [, tokens]) => sum + tokens, 0),
  };
}

/** Runs the requests through one replica until nothing is left. Request numbers are slots. */
export function serve(
  change: Partial<EngineSettings>,
  model: StepModel,
  plans: readonly RequestPlan[],
  options: Options = {},
): Outcome {
  const table = new RequestTable(4);
  const columns = new ServiceColumns(4);
  const notes: Note[] = [];
  const segments: CopiedSegment[] = [];
  const gaps: number[][] = [];
  const listener: ReplicaListener = {
    onFirstToken: (_replica, slot, timeS) => notes.push([timeS, 'first', slot]),
    onFinished: (_replica, slot, timeS) => {
      notes.push([timeS, 'finished', slot]);
      plans.forEach((plan, next) => {
        if (plan.after === slot) replica.enqueue(next, timeS);
      });
    },
    onPreempted: (_replica, slot, timeS) => notes.push([timeS, 'preempted', slot]),
    onRefused: (_replica, slot, timeS) => notes.push([timeS, 'refused', slot]),
    onCancelled: (_replica, slot, timeS) => notes.push([timeS, 'cancelled', slot]),
    onSegment: (segment) => segments.push(copied(segment)),
    onTokenGap: (_replica, slot, timeS, gapS) => gaps.push([slot, timeS, gapS]),
  };
  const make = (index: number): Replica =>
    createReplica({
      index,
      settings: { ...SETTINGS, ...change },
      model,
      table,
      columns,
      listener,
      workloads: WORKLOADS,
      stepByStep: options.stepByStep ?? false,
    });
  let replica = make(0);
  let spare = options.standIns ? make(1) : null;
  let standIns = 0;
  const park = () => {
    const { keepsake } = replica;
    if (spare === null || keepsake < 0) return;
    spare.standIn(0, keepsake);
    const parked = replica;
    replica = spare;
    spare = parked;
    standIns++;
  };
  for (const plan of plans) {
    const slot = table.allocate();
    table.promptTokens[slot] = plan.prompt;
    table.outputTokens[slot] = plan.output;
    table.budgetTokens[slot] = plan.declared ?? plan.output;
    table.workload[slot] = plan.workload ?? 0;
    table.prefix[slot] = plan.prefix ?? null;
  }
  const commands: { timeS: number; order: number; slot: number; kind: 'enqueue' | 'cancel' | 'flush' }[] = [];
  plans.forEach((plan, slot) => {
    if (plan.after !== undefined) return;
    commands.push({ timeS: plan.atS, order: slot, slot, kind: 'enqueue' });
    if (plan.cancelS !== undefined)
      commands.push({ timeS: plan.cancelS, order: slot + plans.length, slot, kind: 'cancel' });
  });
  (options.flushS ?? []).forEach((timeS, i) => {
    commands.push({ timeS, order: 2 * plans.length + i, slot: 0, kind: 'flush' });
  });
  commands.sort((a, b) => a.timeS - b.timeS || a.order - b.order);
  const readings: number[][] = [];
  let next = 0;
  let boundaries = 0;
  for (;;) {
    const command = commands[next];
    const boundaryS = replica.boundaryS;
    if (command === undefined && boundaryS === Number.POSITIVE_INFINITY) break;
    const isCommand =
      command !== undefined && (options.boundaryFirst ? command.timeS < boundaryS : command.timeS <= boundaryS);
    if (isCommand) {
      next++;
      const { slot, timeS } = command;
      if (options.observe) {
        replica.observe?.(timeS);
        readings.push([
          timeS,
          replica.outstandingTokens,
          replica.queuedPrefillTokens,
          replica.contextTokens,
          replica.usedBlocks,
          replica.runningRequests,
          replica.waitingRequests,
          replica.cachedPrefixTokens(slot),
        ]);
      }
      if (command.kind === 'enqueue') replica.enqueue(slot, timeS);
      else if (command.kind === 'flush') replica.flush(timeS);
      else {
        const state = columns.whole[(slot << WHOLE_SHIFT) | Whole.STATE]!;
        if (state >= 1 && state <= 3) replica.cancel(slot, timeS);
      }
      park();
      options.check?.(replica, columns, timeS);
      continue;
    }
    if (++boundaries > 200_000) throw new Error(`no end in sight at ${boundaryS} s`);
    replica.onBoundary(boundaryS);
    park();
    options.check?.(replica, columns, boundaryS);
  }
  return { notes, segments, gaps, columns, replica, boundaries, table, readings, standIns };
}

/** Number of a request's record. */
export type Reading = keyof typeof Real | keyof typeof Whole;

/** One number of the record of each request, as a plain array. */
export function column({ columns }: Outcome, name: Reading, count: number): number[] {
  return Array.from({ length: count }, (_, slot) =>
    name in Real
      ? columns.real[(slot << REAL_SHIFT) | Real[name as keyof typeof Real]]!
      : columns.whole[(slot << WHOLE_SHIFT) | Whole[name as keyof typeof Whole]]!,
  );
}

/** Every public record of every request, for comparison to the bit. */
export function records(outcome: Outcome, count: number): Record<string, number[]> {
  const names = [
    'REPLICA',
    'STATE',
    'ARRIVED_S',
    'ADMITTED_S',
    'FIRST_TOKEN_S',
    'LAST_TOKEN_S',
    'CACHED_TOKENS',
    'COMPUTED_PREFILL_TOKENS',
    'RECOMPUTED_TOKENS',
    'GENERATED_TOKENS',
    'PREEMPTIONS',
    'ENERGY_J',
    'DEVICE_S',
  ] as const;
  return Object.fromEntries(names.map((name) => [name, column(outcome, name, count)]));
}
