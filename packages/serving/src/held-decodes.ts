/**
 * Decodes that stand still while a step computes prompts only, as engines with prefill priority do.
 *
 * For such a step their counts are taken out of the work cells and put back when it ends, so that everything else sees a
 * step without decodes. Their next token then comes later than its step is long. How much later depends on when each of
 * them last made a token: those that were decoding before the first of several prompt steps in a row waited for all of
 * them, those that joined after one of them only for the rest. Each such group is counted by workload, with the time at
 * which it began to stand still; the first segment of decodes afterwards reports the groups (`SegmentReport.stalls`).
 * Units: seconds, tokens. No allocation except growth by doubling.
 */

import { WINDOW_STRIDE, WindowWork, Work } from '@infersim/devices';
import { REAL_SHIFT, Real, type ServiceColumns } from './service-columns.js';

const INITIAL_GROUPS = 2;

/** Counts of the decodes held out of the step under way, and of those that have waited since their last token. */
export class HeldDecodes {
  /** Decodes held now, and the KV tokens their next step reads; 0 between prompt steps. */
  decodes = 0;
  contextTokens = 0;
  /** Groups that have waited since their last token. */
  groups = 0;
  /** When each group began to wait. */
  sinceS: Float64Array = new Float64Array(INITIAL_GROUPS);
  /** Members by group and workload. */
  members: Int32Array;
  readonly #workloads: number;
  readonly #windowCells: Float64Array;

  constructor(workloads: number, windows: number) {
    this.#workloads = workloads;
    this.members = new Int32Array(INITIAL_GROUPS * workloads);
    this.#windowCells = new Float64Array(2 * windows);
  }

  /** Takes the decodes out of the work cells; those that made a token just now begin to wait at `nowS`. */
  hold(work: Float64Array, decodes: number, byWorkload: Int32Array, nowS: number): void {
    this.decodes = decodes;
    this.contextTokens = work[Work.CONTEXT]!;
    work[Work.CONTEXT] = 0;
    const cells = this.#windowCells;
    for (let w = 0; 2 * w < cells.length; w++) {
      const cell = Work.WINDOW0 + w * WINDOW_STRIDE;
      cells[2 * w] = work[cell + WindowWork.CONTEXT]!;
      cells[2 * w + 1] = work[cell + WindowWork.GROWING]!;
      work[cell + WindowWork.CONTEXT] = 0;
      work[cell + WindowWork.GROWING] = 0;
    }
    this.#addGroup(byWorkload, nowS);
  }

  /** Puts the counts back; returns the decodes. */
  restore(work: Float64Array): number {
    const { decodes } = this;
    work[Work.CONTEXT] = this.contextTokens;
    const cells = this.#windowCells;
    for (let w = 0; 2 * w < cells.length; w++) {
      const cell = Work.WINDOW0 + w * WINDOW_STRIDE;
      work[cell + WindowWork.CONTEXT] = cells[2 * w]!;
      work[cell + WindowWork.GROWING] = cells[2 * w + 1]!;
    }
    this.decodes = 0;
    this.contextTokens = 0;
    return decodes;
  }

  /** Time of a decode's last token: when its group began to wait, or `nowS` if it is in none. */
  lastTokenS(columns: ServiceColumns, slot: number, nowS: number): number {
    const group = this.#groupOf(columns, slot);
    return group < 0 ? nowS : this.sinceS[group]!;
  }

  /** A decode leaves before it makes its next token. */
  forget(columns: ServiceColumns, slot: number, workload: number): void {
    const group = this.#groupOf(columns, slot);
    if (group < 0) return;
    const place = group * this.#workloads + workload;
    this.members[place] = this.members[place]! - 1;
  }

  #groupOf(columns: ServiceColumns, slot: number): number {
    const lastS = columns.real[(slot << REAL_SHIFT) | Real.LAST_TOKEN_S]!;
    const joinedS = Number.isNaN(lastS) ? columns.real[(slot << REAL_SHIFT) | Real.FIRST_TOKEN_S]! : lastS;
    for (let group = 0; group < this.groups; group++) if (this.sinceS[group]! >= joinedS) return group;
    return -1;
  }

  #addGroup(byWorkload: Int32Array, nowS: number): void {
    const workloads = this.#workloads;
    const first = this.groups * workloads;
    if (this.groups === this.sinceS.length) {
      const sinceS = new Float64Array(this.groups * 2);
      sinceS.set(this.sinceS);
      this.sinceS = sinceS;
      const members = new Int32Array(first * 2);
      members.set(this.members);
      this.members = members;
    }
    let joined = 0;
    for (let workload = 0; workload < workloads; workload++) {
      let fresh = byWorkload[workload]!;
      for (let place = workload; place < first; place += workloads) fresh -= this.members[place]!;
      this.members[first + workload] = fresh;
      joined += fresh;
    }
    if (joined === 0) return;
    this.sinceS[this.groups++] = nowS;
  }
}
