/**
 * What the tests draw from: a small seeded generator and two hand-written M/M/1 loops, apart from the kernel so that
 * the statistics are checked without it.
 */

/** A generator of uniform numbers in [0, 1), 32 bits each (an add-and-mix counter). */
export function uniforms(seed: number): () => number {
  let state = Math.imul(seed, 0x9e3779b1) | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let word = Math.imul(state ^ (state >>> 15), state | 1);
    word ^= word + Math.imul(word ^ (word >>> 7), word | 61);
    return ((word ^ (word >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Standard normal draws by Box and Muller. */
export function normals(seed: number): () => number {
  const uniform = uniforms(seed);
  return () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
}

/** Waiting times of an M/M/1 queue with service rate 1, begun in steady state, by Lindley's recursion. */
export function waitingTimes(load: number, count: number, uniform: () => number): Float64Array {
  const waits = new Float64Array(count);
  let wait = uniform() < load ? -Math.log(1 - uniform()) / (1 - load) : 0;
  for (let idx = 0; idx < count; idx++) {
    waits[idx] = wait;
    const service = -Math.log(1 - uniform());
    const gap = -Math.log(1 - uniform()) / load;
    wait = Math.max(0, wait + service - gap);
  }
  return waits;
}

/** Number in system of an M/M/1 queue with service rate 1, begun empty, at `samples` even instants up to `horizonS`. */
export function numbersInSystem(load: number, horizonS: number, samples: number, seed: number): Float64Array {
  const uniform = uniforms(seed);
  const exponential = (rate: number): number => -Math.log(1 - uniform()) / rate;
  const numbers = new Float64Array(samples);
  let arrivalS = exponential(load);
  let departureS = Number.POSITIVE_INFINITY;
  let present = 0;
  let taken = 0;
  while (taken < samples) {
    const nextS = Math.min(arrivalS, departureS);
    while (taken < samples && ((taken + 1) * horizonS) / samples <= nextS) numbers[taken++] = present;
    if (arrivalS <= departureS) {
      present++;
      if (present === 1) departureS = arrivalS + exponential(1);
      arrivalS += exponential(load);
    } else {
      present--;
      departureS = present > 0 ? departureS + exponential(1) : Number.POSITIVE_INFINITY;
    }
  }
  return numbers;
}
