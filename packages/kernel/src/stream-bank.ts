/**
 * Many named streams of one purpose behind one: the arrivals of a million sites as 24 bytes a site, not an object each.
 *
 * `select` puts the numbers of one member into the hands of whoever holds `stream`: the member that was selected before is
 * put aside, packed to the bit, and the new one taken up where it was left. A member is seeded by its name when it is
 * selected first, so members that never draw cost nothing but zeroed memory that nobody has touched. The numbers are those
 * of `RandomStreams.stream(name)`.
 */

import { seedNumbered } from './alea-seeds.js';
import { RandomStream, type RandomStreams, STATE_WORDS } from './random-streams.js';

/** Streams 0 to `count` - 1, of which one is selected at a time. */
export class StreamBank {
  /** The member selected last; draws advance it. */
  readonly stream: RandomStream;
  readonly #streams: RandomStreams;
  readonly #prefix: string;
  readonly #suffix: string;
  readonly #words: Uint32Array;
  readonly #spares: Float64Array;
  #selected = -1;

  /** The name of a member is `<prefix><its number><suffix>`, unique in a replication. */
  constructor(streams: RandomStreams, count: number, prefix: string, suffix: string) {
    this.#streams = streams;
    this.#prefix = prefix;
    this.#suffix = suffix;
    this.#words = new Uint32Array(count * STATE_WORDS);
    this.#spares = new Float64Array(count);
    this.stream = new RandomStream('unselected');
  }

  /** Bytes that the states take, whether their members have drawn or not. */
  get stateBytes(): number {
    return this.#words.byteLength + this.#spares.byteLength;
  }

  /** Seeds all members at once, for banks of which every member draws: a quarter of the time. Before any is selected. */
  seedAll(): void {
    const prefix = this.#streams.keyOf(`${this.#prefix}0`).slice(0, -1);
    seedNumbered(prefix, this.#suffix, this.#spares.length, this.#words);
  }

  /** Makes `stream` the sequence of this member. */
  select(member: number): void {
    const before = this.#selected;
    if (member === before) return;
    const { stream } = this;
    if (before >= 0) stream.save(this.#words, before * STATE_WORDS, this.#spares, before);
    this.#selected = member;
    if (!stream.restore(this.#words, member * STATE_WORDS, this.#spares, member)) {
      stream.seed(this.#streams.keyOf(`${this.#prefix}${member}${this.#suffix}`));
    }
  }
}
