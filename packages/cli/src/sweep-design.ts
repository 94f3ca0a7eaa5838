/** From the flags of `sweep` to a design, or all that is wrong with it. */

import { readFileSync } from 'node:fs';
import { systemReason } from '@infersim/report';
import {
  checkDesign,
  type Design,
  type DesignProblem,
  type Dimension,
  parseAxis,
  parseDesignFile,
} from '@infersim/sweep';
import { CliError } from './cli-error.js';
import { ExitCode } from './exit-code.js';

/** Flags that make the design. */
export interface DesignFlags {
  readonly axis?: readonly string[];
  readonly zip?: readonly string[];
  readonly axes?: string;
  readonly random?: number;
  readonly lhs?: number;
  readonly designSeed?: number;
  readonly maxTrials: number;
}

export type DesignOutcome =
  | { readonly ok: true; readonly design: Design }
  | { readonly ok: false; readonly problems: readonly DesignProblem[]; readonly exitCode: ExitCode };

/** Reads flags and design file. Throws a file error when the file cannot be read. */
export function readDesign(flags: DesignFlags): DesignOutcome {
  const problems: DesignProblem[] = [];
  const dimensions: Dimension[] = [];
  const file = flags.axes === undefined ? null : parseDesignFile(flags.axes, designText(flags.axes));
  if (file !== null) {
    problems.push(...file.problems);
    dimensions.push(...file.design.dimensions);
  }
  // A file with problems is invalid input; a wrong flag is a wrong command line, and is told first.
  const isOnlyFile = () => file !== null && file.problems.length > 0 && problems.length === file.problems.length;
  const read = (flag: string, texts: readonly string[] | undefined) =>
    (texts ?? []).flatMap((text) => {
      const axis = parseAxis(flag, text);
      if ('message' in axis) problems.push(axis);
      return 'message' in axis ? [] : [axis];
    });
  for (const axis of read('--axis', flags.axis)) dimensions.push([axis]);
  const zipped = read('--zip', flags.zip);
  if (zipped.length > 0) dimensions.push(zipped);
  const trials = flags.random ?? flags.lhs;
  const fileDraw = file?.design.draw ?? null;
  if (trials !== undefined && fileDraw !== null)
    problems.push({ where: flags.axes!, message: '`draw` stands in the file and as a flag' });
  if (flags.designSeed !== undefined && trials === undefined)
    problems.push({ where: '--design-seed', message: 'nothing is drawn: give --random or --lhs' });
  const draw =
    trials === undefined
      ? fileDraw
      : {
          method: flags.lhs === undefined ? ('random' as const) : ('lhs' as const),
          trials,
          seed: flags.designSeed ?? 1,
        };
  const design: Design = { dimensions, draw };
  if (problems.length === 0) problems.push(...checkDesign(design, flags.maxTrials));
  if (problems.length === 0) return { ok: true, design };
  return { ok: false, problems, exitCode: isOnlyFile() ? ExitCode.INVALID_INPUT : ExitCode.USAGE };
}

function designText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new CliError(ExitCode.FILE, `--axes: cannot read ${path}: ${systemReason(error)}`);
  }
}
