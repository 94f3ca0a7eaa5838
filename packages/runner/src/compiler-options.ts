/**
 * What V8 is told about code it optimises for a simulation. The options are V8's own (`node --v8-options`), say nothing about
 * results, and hold for the process: V8 has no finer ones.
 *
 * Kinds: at one place of the code V8 keeps at most four classes of object apart; from the fifth on it looks every method up by
 * its name, some sixty instructions a call. There are six kinds of scheduler, and a process that has used them all, as a sweep over
 * engines does, spent a twelfth of its time on such look-ups.
 *
 * Inlining: what happens at a step boundary is some forty small functions in four packages. V8 stops inlining after 920
 * bytes of bytecode in one optimised function; what is left out is called, and every number that is not a small integer is
 * then put into an object on the heap to be passed. With a wider budget a run of millions of requests takes about a tenth less
 * time and allocates two fifths less per event, but functions take longer to optimise: a run of half a second took a
 * fifth longer (docs/performance.md).
 */

import { setFlagsFromString } from 'node:v8';

/** Classes of object that one place of the code tells apart; V8's default is 4. More than there are kinds of scheduler or step model. */
const CLASSES_AT_ONE_PLACE = 8;
/** Bytes of bytecode inlined into one function at most, and longest function that is inlined; V8's defaults are 920 and 460. */
const CUMULATIVE_BYTES = 2200;
const FUNCTION_BYTES = 600;
/** Requests of a run from which on the faster code makes up for its compilation. Measured. */
const LEAST_REQUESTS = 1_000_000;

let isTuned = false;
let isRaised = false;

/** Called before a run of about so many requests: sets what code that is optimised from now on is to be made with. */
export function tuneCompiler(expectedRequests: number): void {
  if (!isTuned) {
    isTuned = true;
    setFlagsFromString(`--max-valid-polymorphic-map-count=${CLASSES_AT_ONE_PLACE}`);
  }
  if (isRaised || expectedRequests < LEAST_REQUESTS) return;
  isRaised = true;
  setFlagsFromString(`--max-inlined-bytecode-size-cumulative=${CUMULATIVE_BYTES}`);
  setFlagsFromString(`--max-inlined-bytecode-size=${FUNCTION_BYTES}`);
}
