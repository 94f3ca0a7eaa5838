/**
 * Day and week profiles as a change of clock: operational time runs as fast as the profile's multiplier says.
 *
 * Every arrival process lives in operational time at its own constant rate; an arrival at operational time y happens
 * at the t with y = integral of m from 0 to t, m the piecewise constant hourly multiplier. For Poisson this is
 * exactly the inhomogeneous process (no thinning, one draw per request, same lengths for any profile); renewal,
 * on/off and client processes keep their burstiness relative to the present rate: at a quiet hour gaps, bursts and
 * pauses all stretch alike. Think times of closed loops stretch too (users are slower to come back), and a replay is
 * slowed and hurried. Without a profile both clocks are the same. Source: time change of point processes (Cinlar;
 * textbook). Units: seconds. The profile is used as given: the scenario room normalises it to mean 1.
 */

import type { RateProfile } from '../workload-plan.js';

const HOUR_S = 3_600;

export class RateClock {
  readonly #hours: number;
  readonly #multipliers: Float64Array;
  /** Operational time from the profile's first hour to the start of each hour. */
  readonly #cumulative: Float64Array;
  readonly #startS: number;
  readonly #startOperational: number;
  #cursor = 0;

  /** @throws RangeError for a profile of no hours, with a negative or infinite multiplier, or without any traffic. */
  constructor(profile?: RateProfile) {
    const multipliers = profile === undefined ? [1] : profile.multipliers;
    let total = 0;
    this.#hours = multipliers.length;
    this.#multipliers = Float64Array.from(multipliers);
    this.#cumulative = new Float64Array(this.#hours + 1);
    for (let hour = 0; hour < this.#hours; hour++) {
      const multiplier = multipliers[hour]!;
      if (!(multiplier >= 0) || multiplier === Number.POSITIVE_INFINITY) {
        throw new RangeError(
          `rate profile: multiplier of hour ${hour} must be at least 0 and finite, got ${multiplier}`,
        );
      }
      total += multiplier * HOUR_S;
      this.#cumulative[hour + 1] = total;
    }
    const startHour = profile?.startHour ?? 0;
    if (!(total > 0)) throw new RangeError('rate profile: at least one hour must have a multiplier above 0');
    if (!(startHour >= 0 && startHour < 1e6))
      throw new RangeError(`rate profile: start hour must be at least 0, got ${startHour}`);
    this.#startS = (startHour % this.#hours) * HOUR_S;
    this.#startOperational = this.#fromProfileStart(this.#startS);
  }

  /** Operational time of a simulated time. */
  operational(timeS: number): number {
    if (this.#hours === 1) return timeS * this.#multipliers[0]!;
    return this.#fromProfileStart(timeS + this.#startS) - this.#startOperational;
  }

  /** Simulated time of an operational time; the end of hours without traffic, never a time in them. Infinity stays. */
  time(operational: number): number {
    if (this.#hours === 1) return operational / this.#multipliers[0]!;
    if (operational === Number.POSITIVE_INFINITY) return operational;
    const total = this.#cumulative[this.#hours]!;
    const whole = operational + this.#startOperational;
    const periods = Math.floor(whole / total);
    const rest = whole - periods * total;
    const hour = this.#hourOf(rest);
    const inHourS = Math.min(HOUR_S, (rest - this.#cumulative[hour]!) / this.#multipliers[hour]!);
    return Math.max(0, (periods * this.#hours + hour) * HOUR_S + inHourS - this.#startS);
  }

  #fromProfileStart(sinceS: number): number {
    const periodS = this.#hours * HOUR_S;
    const periods = Math.floor(sinceS / periodS);
    const rest = sinceS - periods * periodS;
    const hour = Math.min(this.#hours - 1, Math.floor(rest / HOUR_S));
    const total = this.#cumulative[this.#hours]!;
    return periods * total + this.#cumulative[hour]! + this.#multipliers[hour]! * (rest - hour * HOUR_S);
  }

  /** The hour with traffic that holds an operational time; arrivals come in order, so it is mostly the last one. */
  #hourOf(rest: number): number {
    const cumulative = this.#cumulative;
    let hour = this.#cursor;
    if (rest < cumulative[hour]!) hour = 0;
    while (hour < this.#hours - 1 && rest >= cumulative[hour + 1]!) hour++;
    while (this.#multipliers[hour] === 0) hour--;
    this.#cursor = hour;
    return hour;
  }
}
