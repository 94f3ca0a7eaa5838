/**
 * Batch changes, counted from what happened to requests and not from how the engine stepped: the distinct moments at
 * which a request enters the batch of a replica (admitted), turns from prompt to decoding (first token) or leaves it (last
 * token). Requests that do so at the same moment on the same replica share one change. Pieces of a prompt that does not fit
 * into one step change a batch as well and are not counted, so the count is a little low where prompts are long.
 */

/** Moments closer than this are one, seconds: steps take a thousandth or more. */
const SAME_S = 1e-7;

/** Columns of finished requests: the place that served each (one replica per place), and its moments in seconds. */
export interface ServedMoments {
  readonly place: Int32Array;
  readonly admittedS: Float64Array;
  readonly firstTokenS: Float64Array;
  readonly lastTokenS: Float64Array;
}

/** Number of batch changes; requests without all three moments (NaN) are left out. */
export function countBatchChanges({ place, admittedS, firstTokenS, lastTokenS }: ServedMoments): number {
  const momentsOf = new Map<number, number[]>();
  for (let row = 0; row < place.length; row++) {
    if (Number.isNaN(lastTokenS[row]!)) continue;
    let moments = momentsOf.get(place[row]!);
    if (moments === undefined) {
      moments = [];
      momentsOf.set(place[row]!, moments);
    }
    moments.push(admittedS[row]!, firstTokenS[row]!, lastTokenS[row]!);
  }
  let changes = 0;
  for (const moments of momentsOf.values()) {
    let lastS = Number.NEGATIVE_INFINITY;
    for (const momentS of Float64Array.from(moments).sort()) {
      if (momentS - lastS > SAME_S) changes++;
      lastS = momentS;
    }
  }
  return changes;
}
