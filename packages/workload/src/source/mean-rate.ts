/** The mean rate of a generated arrival process, and the same process at another mean rate. */

import type { ArrivalSpec } from '../workload-plan.js';

/** Requests per second; null where the rate follows from service times (closed) or a file (replay). */
export function meanRatePerS(arrivals: ArrivalSpec): number | null {
  switch (arrivals.process) {
    case 'periodic':
      return arrivals.emitters / arrivals.periodS;
    case 'on-off':
      return (arrivals.onRatePerS * arrivals.onMeanS) / (arrivals.onMeanS + arrivals.offMeanS);
    case 'closed':
    case 'replay':
      return null;
    default:
      return arrivals.ratePerS;
  }
}

/**
 * The process with its mean rate set. On/off keeps its phases and changes the rate while on; periodic keeps its period
 * and changes the number of emitters to the nearest whole one, at least 1; so does a burst with its requests.
 *
 * @throws RangeError for closed loops and replays, which have no rate to set.
 */
export function withMeanRate(arrivals: ArrivalSpec, ratePerS: number): ArrivalSpec {
  switch (arrivals.process) {
    case 'periodic':
      return { ...arrivals, emitters: Math.max(1, Math.round(ratePerS * arrivals.periodS)) };
    case 'on-off':
      return { ...arrivals, onRatePerS: (ratePerS * (arrivals.onMeanS + arrivals.offMeanS)) / arrivals.onMeanS };
    case 'burst':
      return {
        ...arrivals,
        requests: Math.max(1, Math.round((arrivals.requests * ratePerS) / arrivals.ratePerS)),
        ratePerS,
      };
    case 'closed':
    case 'replay':
      throw new RangeError(`arrivals of process ${arrivals.process} have no rate to set`);
    default:
      return { ...arrivals, ratePerS };
  }
}
