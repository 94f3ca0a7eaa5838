/**
 * Output that a page shows: which part of what, and whether it is what the program prints today.
 *
 * A comment above a `text` block says where the block comes from:
 *
 *     output                              all that the `sh` block before it printed
 *     output from "A" to "B"              from the first line with A to the next line with B, both included
 *     output of "infersim run x.yaml"     of this command, which the page does not run otherwise
 *
 * `to "B"` may be left out (to the end). Three things in an output are not the program's to fix and are left out when two are
 * compared: how long the run took, hashes (they cover numbers whose last bit depends on the version of Node), and how
 * lines are wrapped around them.
 */

/** What a comment above a block asks for. */
export interface ShownOutput {
  /** Command to run, or null for the block before. */
  readonly command: string | null;
  readonly from: string | null;
  readonly to: string | null;
}

const PATTERN = /^output(?: of "([^"]+)")?(?: from "([^"]+)")?(?: to "([^"]+)")?$/;

/** Reads the comment above a block; null when it does not speak of output. Throws where it begins so and goes on otherwise. */
export function shownOutput(comment: string): ShownOutput | null {
  if (!/^output\b/.test(comment)) return null;
  const match = PATTERN.exec(comment);
  if (match === null) throw new RangeError(`cannot read "${comment}"`);
  return { command: match[1] ?? null, from: match[2] ?? null, to: match[3] ?? null };
}

/** The lines of an output that are shown. Throws when the output does not hold the lines asked for. */
export function excerpt(output: string, shown: ShownOutput): string[] {
  const lines = output.replace(/\n+$/, '').split('\n');
  const { from, to } = shown;
  const first = from === null ? 0 : lines.findIndex((line) => line.includes(from));
  if (first < 0) throw new RangeError(`no line of the output has "${from}":\n${output}`);
  if (to === null) return lines.slice(first);
  const last = lines.findIndex((line, index) => index >= first && line.includes(to));
  if (last < 0) throw new RangeError(`no line of the output after that has "${to}":\n${output}`);
  return lines.slice(first, last + 1);
}

/** The output without what may differ from run to run and from one version of Node to another. */
export function normalised(lines: readonly string[]): string {
  return lines
    .join('\n')
    .replaceAll(/fingerprint\s+[0-9a-f]{16},\s+(\S+)\s+events\s+in\s+[\d.]+\s?[a-z]+/g, 'fingerprint F, $1 events in T')
    .replaceAll(/(results\/[\w.-]+)-[0-9a-f]{8}\b/g, '$1-HASH');
}
