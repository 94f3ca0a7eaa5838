/**
 * Exact results of queueing theory that the simulator has to reproduce.
 *
 * lambda is the arrival rate, mu the service rate of one server (both per second), rho the load of a server. All times
 * are means over customers in the steady state, in seconds. Sources: Kleinrock, "Queueing Systems" I (M/M/1, M/M/c,
 * Erlang B and C), Pollaczek 1930 and Khinchine 1932 (M/G/1), Kleinrock II and Sakata, Noguchi and Oizumi 1971
 * (processor sharing), Burke 1956 and Jackson 1957 (tandem queues).
 */

/** Mean time in system of M/M/1: 1 / (mu - lambda). */
export function mm1SojournS(lambda: number, mu: number): number {
  requireStable(lambda / mu);
  return 1 / (mu - lambda);
}

/** q-quantile of the time in system of M/M/1, which is exponential with rate mu - lambda. */
export function mm1SojournQuantileS(lambda: number, mu: number, q: number): number {
  return -Math.log1p(-q) * mm1SojournS(lambda, mu);
}

/** Share of arrivals lost by c servers without waiting room (Erlang B), offered load in Erlang; stable recursion. */
export function erlangB(servers: number, offeredLoad: number): number {
  let blocked = 1;
  for (let c = 1; c <= servers; c++) blocked = (offeredLoad * blocked) / (c + offeredLoad * blocked);
  return blocked;
}

/** Share of arrivals that have to wait in M/M/c (Erlang C). */
export function erlangC(servers: number, offeredLoad: number): number {
  const rho = offeredLoad / servers;
  requireStable(rho);
  const blocked = erlangB(servers, offeredLoad);
  return blocked / (1 - rho * (1 - blocked));
}

/** Mean wait in queue of M/M/c. */
export function mmcWaitS(servers: number, lambda: number, mu: number): number {
  return erlangC(servers, lambda / mu) / (servers * mu - lambda);
}

/** Mean wait in queue of M/G/1 under first come first served, from mean and variance of the service time. */
export function mg1WaitS(lambda: number, serviceMeanS: number, serviceVarianceS2: number): number {
  const rho = lambda * serviceMeanS;
  requireStable(rho);
  return (lambda * (serviceVarianceS2 + serviceMeanS ** 2)) / (2 * (1 - rho));
}

/** Mean time in system of a customer of size `serviceS` under processor sharing; holds for any service distribution. */
export function processorSharingSojournS(lambda: number, serviceMeanS: number, serviceS: number): number {
  const rho = lambda * serviceMeanS;
  requireStable(rho);
  return serviceS / (1 - rho);
}

/**
 * Stationary probabilities of a birth-death chain with constant birth rate: state n dies with rate `deathRate(n)`.
 * Cut at the state whose weight falls below 1e-15 of the largest. @throws RangeError when it does not within 1e6 states.
 */
export function birthDeathProbabilities(birthRate: number, deathRate: (state: number) => number): Float64Array {
  const weights = [1];
  let largest = 1;
  for (let state = 1; state < 1e6; state++) {
    const weight = (weights[state - 1]! * birthRate) / deathRate(state);
    weights.push(weight);
    if (weight > largest) largest = weight;
    if (weight < 1e-15 * largest && weight < weights[state - 1]!) {
      const total = weights.reduce((sum, value) => sum + value, 0);
      return Float64Array.from(weights, (value) => value / total);
    }
  }
  throw new RangeError('the chain has no stationary distribution within 1e6 states');
}

/** Mean time in system of a birth-death chain, by Little's law. */
export function birthDeathSojournS(birthRate: number, deathRate: (state: number) => number): number {
  let mean = 0;
  birthDeathProbabilities(birthRate, deathRate).forEach((probability, state) => {
    mean += state * probability;
  });
  return mean / birthRate;
}

/**
 * Death rate of continuous batching: with n present, b = min(n, batchLimit) are served together, each step takes
 * `stepS(b)` seconds and makes one token for each, and a request needs a geometric number of tokens of mean
 * `meanTokens`. Exact as the step goes to zero against a request's time; a step of finite length biases by about 1 %.
 */
export function batchDeathRate(
  batchLimit: number,
  meanTokens: number,
  stepS: (batch: number) => number,
): (state: number) => number {
  return (state) => {
    const batch = Math.min(state, batchLimit);
    return batch / (meanTokens * stepS(batch));
  };
}

function requireStable(rho: number): void {
  if (!(rho >= 0 && rho < 1)) throw new RangeError(`a steady state needs a load from 0 to below 1, got ${rho}`);
}
