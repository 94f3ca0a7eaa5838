import fc from 'fast-check';
import seedrandom from 'seedrandom';
import { describe, expect, it } from 'vitest';
import { RandomStream, RandomStreams } from '../src/random-streams.js';
import { StreamBank } from '../src/stream-bank.js';

const draws = [
  (stream: RandomStream) => stream.next(),
  (stream: RandomStream) => stream.nextDouble(),
  (stream: RandomStream) => stream.nextOpen(),
  (stream: RandomStream) => stream.nextNormal(),
  (stream: RandomStream) => stream.nextInt(1000),
];

describe('a stream', () => {
  it('draws the numbers of the package to the bit', () => {
    for (const key of ['1/1/a', '7/3/shops/120/lengths/prompt', 'x']) {
      const stream = new RandomStream(key);
      const reference = seedrandom.alea(key);
      for (let i = 0; i < 2000; i++) {
        expect(stream.next()).toBe(reference());
        expect(stream.nextDouble()).toBe(reference.double());
      }
    }
  });
});

describe('a bank of streams', () => {
  const MEMBERS = 5;
  const nameOf = (member: number) => `site/${member}/arrivals`;

  it('gives each member the numbers of its own stream, whatever the order of members and kinds of draws', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(MEMBERS - 1), fc.nat(draws.length - 1)), { maxLength: 200 }),
        fc.nat(1_000_000),
        (sequence, seed) => {
          const streams = new RandomStreams(seed, 1);
          const bank = new StreamBank(streams, MEMBERS, 'site/', '/arrivals');
          if (seed % 2 === 0) bank.seedAll();
          const apart = Array.from({ length: MEMBERS }, (_, member) => streams.stream(nameOf(member)));
          for (const [member, kind] of sequence) {
            bank.select(member);
            expect(draws[kind]!(bank.stream)).toBe(draws[kind]!(apart[member]!));
          }
        },
      ),
      { numRuns: 100 },
    );
  });

  it('seeds all members at once with the seeds of each, in numbers of any length', () => {
    for (const count of [1, 3, 4, 11, 102, 1003]) {
      const streams = new RandomStreams(20_261_121, 3);
      const bank = new StreamBank(streams, count, 'dorf/höfe/', '/arrivals');
      bank.seedAll();
      for (let member = count - 1; member >= 0; member--) {
        bank.select(member);
        expect(bank.stream.next()).toBe(streams.stream(`dorf/höfe/${member}/arrivals`).next());
      }
    }
  });

  it('takes 24 bytes a member', () => {
    expect(new StreamBank(new RandomStreams(1, 1), 1_000_000, 'site/', '/arrivals').stateBytes).toBe(24_000_000);
  });
});
