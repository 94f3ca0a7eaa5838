/**
 * Plain rows of a trace that were read ahead, some dozens at a time, and wait for the reader to give them out.
 *
 * Reading several at once spares each of them what is the same for all. Rows up to the first that is not plain are taken;
 * nothing is said about that one before it is its turn. Times in seconds as the format counts them.
 */

/** Chosen: more gain little, and a reader of each of many sites holds so many. */
export const ROWS_AHEAD = 64;

export class PlainRows {
  /** Rows held, and how many of them were given out. */
  held = 0;
  given = 0;
  readonly timesS = new Float64Array(ROWS_AHEAD);
  /** Prompt tokens and output tokens of each row. */
  readonly tokens = new Int32Array(2 * ROWS_AHEAD);

  /** Forgets all rows. */
  clear(): void {
    this.held = 0;
    this.given = 0;
  }

  /** Adds a row; there must be room. */
  add(timeS: number, promptTokens: number, outputTokens: number): void {
    const row = this.held++;
    this.timesS[row] = timeS;
    this.tokens[2 * row] = promptTokens;
    this.tokens[2 * row + 1] = outputTokens;
  }
}
