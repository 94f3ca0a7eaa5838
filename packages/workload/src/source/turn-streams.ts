/**
 * Random streams that can be set to any turn of any user: their numbers are hashes of (purpose, user, turn, draw).
 *
 * A closed loop with a million users would else need a million streams, and a turn would depend on the turns before it.
 * Selecting a turn costs nothing and allocates nothing; draws are as `hashUniform` of the kernel gives them.
 */

import { hashString, RandomStream, type RandomStreams } from '@infersim/kernel';
import type { BirthStreams } from './birth-streams.js';

/** Turns of one user that are told apart; beyond, they repeat. */
const TURNS = 2 ** 21;

class HashedStream extends RandomStream {
  readonly #streams: RandomStreams;
  #purpose: number;
  #turn = 0;
  #draw = 0;

  constructor(streams: RandomStreams, name: string) {
    super(name);
    this.#streams = streams;
    this.#purpose = hashString(name);
  }

  /** Another source's stream of this purpose, by the hash of its name. */
  adopt(purpose: number): void {
    this.#purpose = purpose;
  }

  select(turn: number): void {
    this.#turn = turn;
    this.#draw = 0;
  }

  override next(): number {
    return this.nextDouble();
  }

  override nextDouble(): number {
    return this.#streams.hashUniform(this.#purpose, this.#turn, this.#draw++);
  }

  override nextOpen(): number {
    return 1 - this.nextDouble();
  }

  /** Polar method; the second value of the pair is not kept, so that no turn depends on another. */
  override nextNormal(): number {
    for (;;) {
      const x = 2 * this.nextDouble() - 1;
      const y = 2 * this.nextDouble() - 1;
      const square = x * x + y * y;
      if (square < 1 && square > 0) return x * Math.sqrt((-2 * Math.log(square)) / square);
    }
  }

  override nextInt(n: number): number {
    return Math.floor(this.nextDouble() * n);
  }
}

const PURPOSES = ['lengths', 'lengths/prompt', 'lengths/output', 'thinking', 'prefix', 'think'] as const;

/** Streams of a source, and numbers that `hashesOf` gives. */
export const TURN_PURPOSES = PURPOSES.length;

export class TurnStreams implements BirthStreams {
  readonly pick: RandomStream;
  readonly prompt: RandomStream;
  readonly output: RandomStream;
  readonly thinking: RandomStream;
  readonly prefix: RandomStream;
  /** Think time after the turn. */
  readonly think: RandomStream;
  readonly #all: readonly HashedStream[];

  /** `name` is the source's; users are numbered below 2^31. */
  constructor(streams: RandomStreams, name: string) {
    const all = PURPOSES.map((purpose) => new HashedStream(streams, `${name}/${purpose}`));
    this.#all = all;
    this.pick = all[0]!;
    this.prompt = all[1]!;
    this.output = all[2]!;
    this.thinking = all[3]!;
    this.prefix = all[4]!;
    this.think = all[5]!;
  }

  /** Writes the hashes that stand for the streams of a source's name into `hashes` from `at` on. */
  static hashesOf(name: string, hashes: Uint32Array, at: number): void {
    for (let i = 0; i < PURPOSES.length; i++) hashes[at + i] = hashString(`${name}/${PURPOSES[i]}`);
  }

  /** Becomes the streams of another source, by its hashes. */
  adopt(hashes: Uint32Array, at: number): void {
    for (let i = 0; i < PURPOSES.length; i++) this.#all[i]!.adopt(hashes[at + i]!);
  }

  /** Puts every stream at the start of a user's turn. */
  select(user: number, turn: number): void {
    const key = user * TURNS + (turn % TURNS);
    for (const stream of this.#all) stream.select(key);
  }
}
