/**
 * Lets V8 inline about as much as an event of a simulation is deep, in runs that are long enough to earn it.
 *
 * What happens at a step boundary is some forty small functions in four packages. V8 stops inlining after 920 bytes of bytecode
 * in one optimised function; what is left out is called, and every number that is not a small integer is then put into
 * an object on the heap to be passed. With a wider budget a run of millions of requests takes about a tenth less time and
 * allocates two fifths less per event, but functions take longer to optimise: a run of half a second took a fifth longer
 * (docs/performance.md). The options are V8's own (`node --v8-options`), say nothing about results, and hold for the process:
 * V8 has no finer ones.
 */

import { setFlagsFromString } from 'node:v8';

/** Bytes of bytecode inlined into one function at most, and longest function that is inlined; V8's defaults are 920 and 460. */
const CUMULATIVE_BYTES = 2200;
const FUNCTION_BYTES = 600;
/** Requests of a run from which on the faster code makes up for its compilation. Measured. */
const LEAST_REQUESTS = 1_000_000;

let isRaised = false;

/** Raises the budget for code that is optimised from now on, if a run of about so many requests is to begin. */
export function raiseInliningBudget(expectedRequests: number): void {
  if (isRaised || expectedRequests < LEAST_REQUESTS) return;
  isRaised = true;
  setFlagsFromString(`--max-inlined-bytecode-size-cumulative=${CUMULATIVE_BYTES}`);
  setFlagsFromString(`--max-inlined-bytecode-size=${FUNCTION_BYTES}`);
}
