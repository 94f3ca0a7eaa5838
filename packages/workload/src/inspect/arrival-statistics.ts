/**
 * Rates and burstiness of arrival times, in one pass and constant memory.
 *
 * The coefficient of variation (CV) of gaps is blind to slow swings, so three more views stand beside it: the median
 * of the CVs inside whole five-minute windows (at least 3 gaps that lie in the window; NaN for shorter traces), the
 * index of dispersion of counts (variance over mean of the counts in whole windows from the first arrival on; 1 for
 * Poisson), and bursts cut at gaps above a threshold.
 */

/** Gaps above this separate bursts, seconds. Source: workload analysis of the Azure 2023 code trace; grade: assumed. */
const BURST_GAP_S = 5;
const LOCAL_WINDOW_S = 300;
const MIN_LOCAL_GAPS = 3;
const COUNT_WINDOWS_S: readonly number[] = [1, 10, 60];

export interface Dispersion {
  readonly windowS: number;
  /** Variance over mean of counts in whole windows; NaN with fewer than two windows. */
  readonly indexOfDispersion: number;
  /** Largest count of a whole window over the mean count. */
  readonly peakToMean: number;
  /** Share of whole windows without an arrival. */
  readonly emptyShare: number;
}

export interface BurstStatistics {
  readonly gapThresholdS: number;
  readonly bursts: number;
  readonly onMeanS: number;
  readonly offMeanS: number;
  readonly requestsPerBurst: number;
  /** Arrivals per second inside bursts. */
  readonly onRatePerS: number;
  /** Share of the span inside bursts. */
  readonly onShare: number;
}

export interface ArrivalStatistics {
  readonly arrivals: number;
  readonly spanS: number;
  readonly meanRatePerS: number;
  readonly interArrivalCv: number;
  readonly localCv: number;
  readonly dispersion: readonly Dispersion[];
  readonly bursts: BurstStatistics;
}

/** Mean and variance by Welford's recurrence. */
class Moments {
  count = 0;
  mean = 0;
  #squares = 0;

  add(value: number): void {
    this.count++;
    const delta = value - this.mean;
    this.mean += delta / this.count;
    this.#squares += delta * (value - this.mean);
  }

  get variance(): number {
    return this.#squares / this.count;
  }

  /** Coefficient of variation of a sample (divisor n - 1). */
  get sampleCv(): number {
    return Math.sqrt(this.#squares / (this.count - 1)) / this.mean;
  }
}

class WindowCounts {
  readonly windowS: number;
  #window = 0;
  #inWindow = 0;
  #moments = new Moments();
  #peak = 0;
  #empty = 0;

  constructor(windowS: number) {
    this.windowS = windowS;
  }

  /** Time since the first arrival. */
  add(timeS: number): void {
    const window = Math.floor(timeS / this.windowS);
    while (this.#window < window) this.#close();
    this.#inWindow++;
  }

  /** The window that is open now is left out: it is not whole. */
  result(): Dispersion {
    const { windowS } = this;
    const { mean, variance, count } = this.#moments;
    const indexOfDispersion = count < 2 ? Number.NaN : variance / mean;
    const peakToMean = count < 1 ? Number.NaN : this.#peak / mean;
    return { windowS, indexOfDispersion, peakToMean, emptyShare: this.#empty / count };
  }

  #close(): void {
    this.#moments.add(this.#inWindow);
    if (this.#inWindow > this.#peak) this.#peak = this.#inWindow;
    if (this.#inWindow === 0) this.#empty++;
    this.#inWindow = 0;
    this.#window++;
  }
}

export class ArrivalObserver {
  #firstS = Number.NaN;
  #lastS = Number.NaN;
  #arrivals = 0;
  #gaps = new Moments();
  #localWindow = 0;
  #local = new Moments();
  #localCvs: number[] = [];
  #counts = COUNT_WINDOWS_S.map((windowS) => new WindowCounts(windowS));
  #burstStartS = 0;
  #on = new Moments();
  #off = new Moments();
  #burstArrivals = 0;
  #inBursts = 0;

  /** Times must not decrease. */
  add(timeS: number): void {
    if (this.#arrivals === 0) {
      this.#firstS = timeS;
      this.#burstStartS = timeS;
    } else {
      this.#addGap(timeS);
    }
    const sinceS = timeS - this.#firstS;
    for (const counts of this.#counts) counts.add(sinceS);
    this.#arrivals++;
    this.#burstArrivals++;
    this.#lastS = timeS;
  }

  result(): ArrivalStatistics {
    const spanS = this.#lastS - this.#firstS;
    this.#closeBurst(this.#lastS);
    const cvs = Float64Array.from(this.#localCvs).sort();
    const middle = (cvs.length - 1) / 2;
    return {
      arrivals: this.#arrivals,
      spanS,
      meanRatePerS: this.#arrivals / spanS,
      interArrivalCv: this.#gaps.sampleCv,
      localCv: cvs.length === 0 ? Number.NaN : (cvs[Math.floor(middle)]! + cvs[Math.ceil(middle)]!) / 2,
      dispersion: this.#counts.map((counts) => counts.result()),
      bursts: {
        gapThresholdS: BURST_GAP_S,
        bursts: this.#on.count,
        onMeanS: this.#on.mean,
        offMeanS: this.#off.count === 0 ? Number.NaN : this.#off.mean,
        requestsPerBurst: this.#inBursts / this.#on.count,
        onRatePerS: this.#inBursts / (this.#on.mean * this.#on.count),
        onShare: (this.#on.mean * this.#on.count) / spanS,
      },
    };
  }

  #addGap(timeS: number): void {
    const gapS = timeS - this.#lastS;
    this.#gaps.add(gapS);
    const window = Math.floor((timeS - this.#firstS) / LOCAL_WINDOW_S);
    if (window !== this.#localWindow) {
      this.#closeLocal();
      this.#localWindow = window;
    } else {
      this.#local.add(gapS);
    }
    if (gapS > BURST_GAP_S) {
      this.#closeBurst(this.#lastS);
      this.#off.add(gapS);
      this.#burstStartS = timeS;
    }
  }

  #closeLocal(): void {
    if (this.#local.count >= MIN_LOCAL_GAPS && this.#local.mean > 0) this.#localCvs.push(this.#local.sampleCv);
    this.#local = new Moments();
  }

  #closeBurst(endS: number): void {
    this.#on.add(endS - this.#burstStartS);
    this.#inBursts += this.#burstArrivals;
    this.#burstArrivals = 0;
  }
}
