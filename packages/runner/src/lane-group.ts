/**
 * Several threads that simulate the lanes of one replication, kept in step through shared memory.
 *
 * Where no client waits for a site of another lane they run apart; none gets far ahead of the slowest, so that a run that
 * is stopped can be brought to one moment. Otherwise they go from window to window: each runs its lanes to the end of the
 * window, lays its answers to clients into its mailbox, meets the others, reads all mailboxes and applies what it read, in
 * an order that depends on the answers alone. Nothing is posted while a replication runs.
 *
 * A mailbox holds `MAILBOX_ANSWERS`; more are handed over in rounds. It is double: what is written after one meeting is not
 * what others still read after the last. A thread that fails says so, and the others stop at their next meeting.
 */

import { ANSWER_CELLS, Answers, type World } from '@infersim/fleet';

/** Answers that a thread lays out between two meetings. */
const MAILBOX_ANSWERS = 4096;
/** Events between two looks at the others and at whether to stop. */
const STRETCH_EVENTS = 20_000;
/** Stretches that a thread may be ahead of the slowest where all run apart. */
const LEAD_STRETCHES = 16;
/** Looks at the meeting's number before the thread sleeps: some ten microseconds. */
const SPINS = 2000;
/** Milliseconds after which a sleeping thread looks whether the others have failed. */
const SLEEP_MS = 200;

const ARRIVED = 0;
const MEETING = 1;
const FAILED = 2;
const STOP = 3;
const ENDED = 4;
const CONTROL_CELLS = 8;

/** Shared memory of the threads of one replication. */
export interface LaneGroup {
  readonly threads: number;
  readonly control: Int32Array;
  /** Seconds: next event by (side, thread), then clock and end by thread. */
  readonly times: Float64Array;
  /** Answers in the mailbox and those left to be handed over, by (side, thread). */
  readonly counts: Int32Array;
  /** Mailboxes by (side, thread). */
  readonly mail: Float64Array;
}

export function createLaneGroup(threads: number): LaneGroup {
  const bytes = (count: number, size: number) => new SharedArrayBuffer(count * size);
  return {
    threads,
    control: new Int32Array(bytes(CONTROL_CELLS, 4)),
    times: new Float64Array(bytes(4 * threads, 8)),
    counts: new Int32Array(bytes(4 * threads, 4)),
    mail: new Float64Array(bytes(2 * threads * MAILBOX_ANSWERS * ANSWER_CELLS, 8)),
  };
}

/** Another thread of the group has failed; it says why, this one does not. */
export class LaneGroupFailed extends Error {
  override readonly name = 'LaneGroupFailed';
}

/** Makes all threads of a group give up at their next meeting. */
export function failGroup({ control }: LaneGroup): void {
  Atomics.store(control, FAILED, 1);
  Atomics.notify(control, MEETING);
  Atomics.notify(control, ENDED);
}

export interface PartProgress {
  /** Whether the run should stop; asked now and then. */
  readonly isStopped: () => boolean;
  readonly report: (nowS: number, events: number) => void;
}

/**
 * Runs a world's lanes as thread number `thread` of a group, to the horizon or to the moment at which all stop.
 * @throws LaneGroupFailed when another thread failed, else what the model throws.
 */
export function runPart(world: World, group: LaneGroup, thread: number, progress: PartProgress): void {
  const isApart = world.lanes.lookaheadS === Number.POSITIVE_INFINITY;
  const endS = isApart ? runApart(world, group, thread, progress) : runInWindows(world, group, thread, progress);
  world.close(endS, endS < world.plan.horizonS);
}

function runInWindows(world: World, group: LaneGroup, thread: number, progress: PartProgress): number {
  const { threads, control, times, counts, mail } = group;
  const { horizonS } = world.plan;
  const told = new Answers();
  const box = (side: number, of: number) => {
    const at = (side * threads + of) * MAILBOX_ANSWERS * ANSWER_CELLS;
    return mail.subarray(at, at + MAILBOX_ANSWERS * ANSWER_CELLS);
  };
  const boxes = Array.from({ length: 2 * threads }, (_, index) => box(Math.floor(index / threads), index % threads));
  let side = 0;
  for (let untilS = 0; ; ) {
    const { outbox } = world;
    let nextS = Number.POSITIVE_INFINITY;
    told.clear();
    for (let handed = 0, isMore = true; isMore; side = 1 - side) {
      const count = Math.min(outbox.count - handed, MAILBOX_ANSWERS);
      outbox.copyTo(boxes[side * threads + thread]!, handed, handed + count);
      handed += count;
      times[side * threads + thread] = world.nextEventS;
      counts[side * threads + thread] = count;
      counts[(2 + side) * threads + thread] = outbox.count - handed;
      meet(group, progress);
      isMore = false;
      for (let other = 0; other < threads; other++) {
        const index = side * threads + other;
        told.append(boxes[index]!, counts[index]!);
        nextS = Math.min(nextS, times[index]!);
        if (counts[(2 + side) * threads + other]! > 0) isMore = true;
      }
    }
    for (let index = 0; index < told.count; index++) nextS = Math.min(nextS, told.atS(index));
    // All threads read this after the same meeting, before any can arrive at the next.
    const isStopped = Atomics.load(control, STOP) === 1;
    world.hear(told, untilS);
    if (untilS >= horizonS || isStopped) return untilS;
    untilS = world.windowEndS(nextS);
    while (!world.advance(untilS, STRETCH_EVENTS)) progress.report(world.nowS, world.events);
    progress.report(world.nowS, world.events);
  }
}

/** Waits until all threads have come here. The last to come asks whether to stop, for all. */
function meet({ threads, control }: LaneGroup, { isStopped }: PartProgress): void {
  const meeting = Atomics.load(control, MEETING);
  if (Atomics.add(control, ARRIVED, 1) + 1 === threads) {
    Atomics.store(control, ARRIVED, 0);
    Atomics.store(control, STOP, isStopped() ? 1 : 0);
    Atomics.add(control, MEETING, 1);
    Atomics.notify(control, MEETING);
  } else {
    for (let spin = 0; spin < SPINS && Atomics.load(control, MEETING) === meeting; spin++);
    while (Atomics.load(control, MEETING) === meeting && Atomics.load(control, FAILED) === 0) {
      Atomics.wait(control, MEETING, meeting, SLEEP_MS);
    }
  }
  if (Atomics.load(control, FAILED) === 1) throw new LaneGroupFailed('another thread of this replication has failed');
}

function runApart(world: World, group: LaneGroup, thread: number, progress: PartProgress): number {
  const { threads, times } = group;
  const { horizonS } = world.plan;
  const clocks = times.subarray(0, threads);
  const ends = times.subarray(threads, 2 * threads);
  for (let stretches = 1; !world.advance(horizonS, STRETCH_EVENTS); stretches++) {
    const { nowS } = world;
    clocks[thread] = nowS;
    progress.report(nowS, world.events);
    const leadS = (LEAD_STRETCHES * nowS) / stretches;
    while (!progress.isStopped() && nowS > slowest(clocks) + leadS) sleep(group);
    if (!progress.isStopped()) continue;
    ends[thread] = nowS;
    const endS = commonEnd(group, ends);
    while (!world.advance(endS, STRETCH_EVENTS)) progress.report(world.nowS, world.events);
    return endS;
  }
  clocks[thread] = horizonS;
  ends[thread] = horizonS;
  Atomics.add(group.control, ENDED, 1);
  Atomics.notify(group.control, ENDED);
  return horizonS;
}

function slowest(clocks: Float64Array): number {
  let least = Number.POSITIVE_INFINITY;
  for (const clock of clocks) least = Math.min(least, clock);
  return least;
}

/** The moment that a stopped run ends at: the latest that any thread has reached. */
function commonEnd(group: LaneGroup, ends: Float64Array): number {
  const { threads, control } = group;
  Atomics.add(control, ENDED, 1);
  Atomics.notify(control, ENDED);
  while (Atomics.load(control, ENDED) < threads) sleep(group);
  return Math.max(...ends);
}

/** Sleeps until somebody ends, or for a moment. */
function sleep({ control }: LaneGroup): void {
  Atomics.wait(control, ENDED, Atomics.load(control, ENDED), 2);
  if (Atomics.load(control, FAILED) === 1) throw new LaneGroupFailed('another thread of this replication has failed');
}
