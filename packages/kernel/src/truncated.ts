/**
 * Truncated distribution: a distribution held to [low, high], either bound optional.
 *
 * `resample` draws again until the value lies within (the conditional distribution); `clamp` moves what lies outside to
 * the bound (atoms at the bounds). Moments come from the partial moments of the inner distribution, exactly up to
 * rounding: a window that keeps a share p of the mass loses about log10(1 / p) digits. Resampling is refused where p is
 * below 1e-4, as it would draw 10,000 times for one value.
 */

import type { RandomStream } from './random-streams.js';
import { type MomentOrder, requireFinite, type Sampler } from './sampler.js';

/** Least share of the mass that resampling must keep. */
const LEAST_KEPT = 1e-4;

export class TruncatedSampler implements Sampler {
  readonly mean: number;
  readonly variance: number;
  private readonly inner: Sampler;
  private readonly low: number;
  private readonly high: number;
  private readonly isClamp: boolean;
  /** Share of the inner mass within the bounds. */
  private readonly kept: number;

  /** @throws RangeError when there is no bound, they are out of order, or resampling would keep less than 1e-4. */
  constructor(inner: Sampler, low: number | undefined, high: number | undefined, mode: 'resample' | 'clamp') {
    if (low === undefined && high === undefined) throw new RangeError('truncated needs low or high, got neither');
    if (mode !== 'resample' && mode !== 'clamp') {
      throw new RangeError(`truncated.mode must be resample or clamp, got ${String(mode)}`);
    }
    this.inner = inner;
    this.low = low === undefined ? Number.NEGATIVE_INFINITY : requireFinite('truncated.low', low);
    this.high = high === undefined ? Number.POSITIVE_INFINITY : requireFinite('truncated.high', high);
    if (!(this.low <= this.high)) {
      throw new RangeError(`truncated.low must not be above truncated.high, got ${low} and ${high}`);
    }
    this.isClamp = mode === 'clamp';
    this.kept = this.innerBetween(0, this.high, true);
    if (!this.isClamp && !(this.kept >= LEAST_KEPT)) {
      throw new RangeError(
        `truncated.low ${low} and high ${high} keep a share of ${this.kept} of the distribution; resampling needs at least ` +
          `${LEAST_KEPT} (clamp does not)`,
      );
    }
    const mean = this.partialMoment(1, Number.POSITIVE_INFINITY, true);
    this.mean = mean;
    this.variance = Math.max(0, this.partialMoment(2, Number.POSITIVE_INFINITY, true) - mean * mean);
  }

  sample(stream: RandomStream): number {
    for (;;) {
      const value = this.inner.sample(stream);
      if (this.isClamp) return Math.min(Math.max(value, this.low), this.high);
      if (value >= this.low && value <= this.high) return value;
    }
  }

  partialMoment(order: MomentOrder, x: number, isIncluded: boolean): number {
    const { low, high, inner } = this;
    if (x < low || (x === low && !isIncluded)) return 0;
    const isWhole = x > high || (x === high && isIncluded);
    const within = isWhole ? this.innerBetween(order, high, true) : this.innerBetween(order, x, isIncluded);
    if (!this.isClamp) return within / this.kept;
    let moment = within;
    const shareBelow = inner.partialMoment(0, low, false);
    if (shareBelow > 0) moment += low ** order * shareBelow;
    if (isWhole && high < Number.POSITIVE_INFINITY) {
      moment += high ** order * Math.max(0, 1 - inner.partialMoment(0, high, true));
    }
    return moment;
  }

  private innerBetween(order: MomentOrder, x: number, isIncluded: boolean): number {
    return this.inner.partialMoment(order, x, isIncluded) - this.inner.partialMoment(order, this.low, false);
  }
}
