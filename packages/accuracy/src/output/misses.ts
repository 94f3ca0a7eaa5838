/**
 * Why targets are missed, as far as it is known: headline id to a paragraph of Markdown that `docs/accuracy.md` prints below the
 * miss. A line that is met needs none; `unexplainedMisses` names those that are missed without a word.
 */

/** Paragraphs by headline id. */
export type MissExplanations = Readonly<Record<string, string>>;

/** Explanations of the misses of the reference measurements. */
export const MISSES: MissExplanations = {};
