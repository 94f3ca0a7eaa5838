/**
 * The built-in reference table: at most 300 published figures, so that the headline can be made without the measured tables.
 *
 * A figure is one metric of one measured run. Which runs stand here is decided by a rule over the full tables (`selection.ts`),
 * not by how well they are predicted. Each case names where its figures were published. Loaded by the accuracy command only:
 * the package's main entry does not reach this folder.
 */

import type { MeasuredTables } from '../cases/measured-case.js';
import { allReduceParts } from './all-reduce.js';
import { decodeAttentionPart } from './decode-attention.js';
import { fixedConcurrencyPart } from './fixed-concurrency.js';
import { matrixProductParts } from './matrix-products.js';
import { offlinePart } from './offline.js';
import { openLoopPart } from './open-loop.js';
import { BUILT_IN, type PublicSource, type ReferenceCase, readReferenceParts } from './reference-row.js';
import { saturatedPart } from './saturated.js';
import { singleStreamParts } from './single-streams.js';

export type { PublicSource, ReferenceCase };

/** All cases with their sources, in a fixed order. Built anew by each call. */
export function referenceCases(): readonly ReferenceCase[] {
  return readReferenceParts([
    openLoopPart(),
    fixedConcurrencyPart(),
    saturatedPart(),
    offlinePart(),
    ...matrixProductParts(),
    decodeAttentionPart(),
    ...allReduceParts(),
    ...singleStreamParts(),
  ]);
}

/** The table as if it were a file: cases `built-in:1` and up, no problems, nothing set aside or left out. */
export function referenceTables(): MeasuredTables {
  const cases = referenceCases().map(({ measured }) => measured);
  return {
    cases,
    problems: [],
    files: [{ file: BUILT_IN, rows: cases.length, cases: cases.length, ignored: [] }],
  };
}
