/**
 * A device held under a power limit: it lowers its clock until it draws no more than the limit, and steps take longer.
 *
 * Where a step at the top clock draws less than the limit nothing changes. Elsewhere the clock phi solves P(phi) = limit. The
 * wrapped models ("gears") price every step at fixed clocks 0.05 apart; between two neighbours all cells of a price, and so the
 * power, are taken as linear in phi. Power falls strictly with the clock, so the two gears are unique whatever the search starts
 * from. At the least clock a device that still draws more than the limit does so.
 *
 * Decode-only steps: the clock is solved once per operating point, for `decodes` sequences and the middle of a band of context
 * eight bands to the doubling, and kept for the whole band; LINEAR_STEPS ends where the context leaves it. Whoever leaps over
 * steps therefore sees the same clock at every step as whoever walks. Mixed steps are solved each for itself.
 *
 * Without a limit this class is not used and costs nothing. Actuation delay of real limiters is left out (0.1 to 2 s).
 * Source: docs/modelling.md, power. Units: watts, seconds.
 */

import { stepsAtOrBelow } from './linear-piece.js';
import {
  COST_CELLS,
  Cost,
  type PassOverlap,
  type StepModel,
  Use,
  WINDOW_STRIDE,
  WindowWork,
  Work,
} from './step-model.js';

/** Distance of two gears. */
export const GEAR_STEP = 0.05;

const BANDS_PER_DOUBLING = 8;
/** Contexts up to this many tokens, summed over the batch, share the lowest band. */
const LEAST_BAND_TOKENS = 64;
const BANDS = 30 * BANDS_PER_DOUBLING;
const UNSOLVED = -1;

/** Clock ratios of the gears: from `top` down in steps to `least`, both included. */
export function gearRatios(top: number, least: number): number[] {
  const ratios: number[] = [];
  for (let i = 0; top - i * GEAR_STEP > least + 1e-9; i++) ratios.push(top - i * GEAR_STEP);
  ratios.push(Math.min(top, least));
  return ratios;
}

/** Step model under a power limit; see the module comment. */
export class PowerLimitedStepModel implements StepModel {
  readonly kind: StepModel['kind'];
  readonly windowTokens: readonly number[];
  readonly workCells: number;
  readonly devices: number;
  readonly passes: PassOverlap | undefined;
  readonly idleW: number;
  readonly maxW: number;
  readonly #gears: readonly StepModel[];
  readonly #limitW: number;
  /** Gears, as a real number, by decodes and band of context. */
  readonly #solved: Float64Array;
  readonly #bandEdges: Float64Array;
  /** Prices of the step in hand at the two gears that the search ended between. */
  #upper = new Float64Array(COST_CELLS);
  #lower = new Float64Array(COST_CELLS);
  readonly #probe: Float64Array;
  #hint = 0;

  /**
   * `gears` are models of one deployment at falling clocks, `limitW` watts of one device, `leastClockW` what a device draws
   * at most at the lowest of them, `maxDecodes` the largest batch whose operating points are kept (larger ones are solved each
   * time).
   */
  constructor(gears: readonly StepModel[], limitW: number, leastClockW: number, maxDecodes: number) {
    const top = gears[0];
    if (top === undefined) throw new Error('a power-limited model needs at least one gear');
    this.#gears = gears;
    this.kind = top.kind;
    this.windowTokens = top.windowTokens;
    this.workCells = top.workCells;
    this.devices = top.devices;
    this.passes = top.passes;
    this.idleW = top.idleW;
    this.#limitW = limitW * top.devices;
    this.maxW = Math.max(limitW, leastClockW) * top.devices;
    this.#solved = new Float64Array((maxDecodes + 1) * BANDS).fill(UNSOLVED);
    this.#bandEdges = Float64Array.from({ length: BANDS + 1 }, (_, i) =>
      i === BANDS ? Number.POSITIVE_INFINITY : Math.round(LEAST_BAND_TOKENS * 2 ** (i / BANDS_PER_DOUBLING)),
    );
    this.#probe = new Float64Array(this.workCells);
  }

  priceDecode(work: Float64Array, cost: Float64Array): void {
    const decodes = work[Work.DECODES]!;
    const context = work[Work.CONTEXT]!;
    const band = this.#bandOf(context);
    const at = decodes * BANDS + band;
    let gear = at < this.#solved.length ? this.#solved[at]! : UNSOLVED;
    if (gear === UNSOLVED) {
      gear = this.#solveDecode(decodes, band);
      if (at < this.#solved.length) this.#solved[at] = gear;
    }
    const upper = Math.floor(gear);
    this.#gears[upper]!.priceDecode(work, cost);
    if (gear > upper) {
      this.#gears[upper + 1]!.priceDecode(work, this.#lower);
      blend(cost, this.#lower, gear - upper);
    }
    const steps = stepsAtOrBelow(context, decodes, this.#bandEdges[band]!);
    if (steps < cost[Cost.LINEAR_STEPS]!) cost[Cost.LINEAR_STEPS] = steps;
  }

  priceMixed(work: Float64Array, cost: Float64Array): void {
    const gear = this.#solve(work, true);
    cost.set(this.#upper);
    if (gear > Math.floor(gear)) blend(cost, this.#lower, gear - Math.floor(gear));
  }

  energyJ(timeS: number, kernelS: number, bytes: number, computeS: number): number {
    const unlimitedJ = this.#gears[0]!.energyJ(timeS, kernelS, bytes, computeS);
    const limitJ = this.#limitW * timeS;
    if (unlimitedJ <= limitJ) return unlimitedJ;
    const leastJ = this.#gears[this.#gears.length - 1]!.energyJ(timeS, kernelS, bytes, computeS);
    return leastJ > limitJ ? leastJ : limitJ;
  }

  energyOf(use: Float64Array): void {
    use[Use.ENERGY_J] = this.energyJ(use[Use.TIME_S]!, use[Use.KERNEL_S]!, use[Use.BYTES]!, use[Use.COMPUTE_S]!);
  }

  /** First band whose upper edge the context does not pass. */
  #bandOf(context: number): number {
    const edges = this.#bandEdges;
    if (context <= LEAST_BAND_TOKENS) return 0;
    let band = Math.ceil(Math.log2(context / LEAST_BAND_TOKENS) * BANDS_PER_DOUBLING);
    if (band > BANDS) return BANDS;
    while (band > 0 && context <= edges[band - 1]!) band--;
    while (context > edges[band]!) band++;
    return band;
  }

  /** Gear of a batch whose context lies in the middle of its band. */
  #solveDecode(decodes: number, band: number): number {
    const edges = this.#bandEdges;
    const context = band === 0 ? edges[0]! : Math.sqrt(edges[band - 1]! * Math.min(edges[band]!, 2 * edges[band - 1]!));
    const probe = this.#probe.fill(0);
    probe[Work.DECODES] = decodes;
    probe[Work.LOGIT_ROWS] = decodes;
    probe[Work.CONTEXT] = context;
    for (let w = 0; w < this.windowTokens.length; w++) {
      const cell = Work.WINDOW0 + w * WINDOW_STRIDE;
      probe[cell + WindowWork.CONTEXT] = Math.min(context, decodes * this.windowTokens[w]!);
    }
    return this.#solve(probe, false);
  }

  /**
   * The gear, as a real number, at which the step draws the limit; 0 where the top gear draws less. Leaves the prices of the
   * gear's two neighbours (or of the gear itself) behind.
   */
  #solve(work: Float64Array, isMixed: boolean): number {
    const limitW = this.#limitW;
    let upper = this.#hint;
    let upperW = this.#wattsAt(upper, work, this.#upper, isMixed);
    let lowerW = Number.NaN;
    while (upper > 0 && upperW <= limitW) {
      this.#swap();
      lowerW = upperW;
      upperW = this.#wattsAt(--upper, work, this.#upper, isMixed);
    }
    if (upperW <= limitW) return this.#settle(0);
    if (lowerW <= limitW) return this.#settle(upper + share(upperW, lowerW, limitW));
    const last = this.#gears.length - 1;
    while (upper < last) {
      lowerW = this.#wattsAt(upper + 1, work, this.#lower, isMixed);
      if (lowerW <= limitW) return this.#settle(upper + share(upperW, lowerW, limitW));
      this.#swap();
      upper++;
      upperW = lowerW;
    }
    return this.#settle(last);
  }

  #swap(): void {
    const upper = this.#upper;
    this.#upper = this.#lower;
    this.#lower = upper;
  }

  #settle(gear: number): number {
    this.#hint = Math.floor(gear);
    return gear;
  }

  #wattsAt(gear: number, work: Float64Array, cost: Float64Array, isMixed: boolean): number {
    const model = this.#gears[gear]!;
    if (isMixed) model.priceMixed(work, cost);
    else model.priceDecode(work, cost);
    const stepS = cost[Cost.STEP_S]!;
    return model.energyJ(stepS, cost[Cost.KERNEL_S]!, cost[Cost.BYTES]!, cost[Cost.COMPUTE_S]!) / stepS;
  }
}

/** How far below the upper gear the limit is met, as a share of the way to the lower one: 0 to 1, never 1 itself. */
function share(upperW: number, lowerW: number, limitW: number): number {
  const below = (upperW - limitW) / (upperW - lowerW);
  return Math.min(below, 1 - 1e-9);
}

/** Moves `cost` by `share` towards `slower`; the shorter of their linear pieces holds for both. */
function blend(cost: Float64Array, slower: Float64Array, share: number): void {
  const linearSteps = Math.min(cost[Cost.LINEAR_STEPS]!, slower[Cost.LINEAR_STEPS]!);
  for (let cell = 0; cell < COST_CELLS; cell++) cost[cell] = cost[cell]! + share * (slower[cell]! - cost[cell]!);
  cost[Cost.LINEAR_STEPS] = linearSteps;
}
