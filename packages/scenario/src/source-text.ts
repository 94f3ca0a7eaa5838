/**
 * Text with a name, and places in it: what every problem points at.
 *
 * A source is a scenario file, or one value given on the command line (then its name says so). Offsets count UTF-16
 * units, as JavaScript strings do; lines and columns start at 1.
 */

/** A place as a user reads it: both start at 1. */
export interface LineColumn {
  readonly line: number;
  readonly column: number;
}

/** One named text with its line starts. */
export class SourceText {
  /** Shown in front of line and column: a path as given, or an origin such as `--set`. */
  readonly label: string;
  readonly text: string;
  #lineStarts: number[] | null = null;

  constructor(label: string, text: string) {
    this.label = label;
    this.text = text;
  }

  /** Line and column of an offset; offsets outside the text are clamped. */
  position(offset: number): LineColumn {
    const starts = this.#starts();
    const at = Math.max(0, Math.min(offset, this.text.length));
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (starts[middle]! <= at) low = middle;
      else high = middle - 1;
    }
    return { line: low + 1, column: at - starts[low]! + 1 };
  }

  /** A line without its line end; empty past the last line. */
  line(line: number): string {
    const starts = this.#starts();
    const from = starts[line - 1];
    if (from === undefined) return '';
    const to = starts[line] ?? this.text.length;
    return this.text.slice(from, to).replace(/\r?\n$/, '');
  }

  #starts(): number[] {
    if (this.#lineStarts) return this.#lineStarts;
    const starts = [0];
    for (let at = this.text.indexOf('\n'); at >= 0; at = this.text.indexOf('\n', at + 1)) starts.push(at + 1);
    this.#lineStarts = starts;
    return starts;
  }
}

/** A stretch of a source: from `start` up to, not including, `end`. */
export interface Place {
  readonly source: SourceText;
  readonly start: number;
  readonly end: number;
}
