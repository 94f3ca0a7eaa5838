/** Streams and hash draws: keyed, independent across names, uniform. Fixed seeds throughout, so no run is luckier than another. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FourPurposes, fourDraws, HashedPurpose, hashString, hashUniform } from '../src/hash-draw.js';
import { RandomStream, RandomStreams } from '../src/random-streams.js';

const CELLS = 256;
/** Mean ± 4 standard deviations of chi-square with 255 degrees of freedom. */
const CHI_SQUARE_LOW = CELLS - 1 - 4 * Math.sqrt(2 * (CELLS - 1));
const CHI_SQUARE_HIGH = CELLS - 1 + 4 * Math.sqrt(2 * (CELLS - 1));

function chiSquare(draws: Float64Array): number {
  const counts = new Int32Array(CELLS);
  for (const u of draws) counts[Math.floor(u * CELLS)]!++;
  const expected = draws.length / CELLS;
  return counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
}

/** Correlation of each draw with the one `lag` further on. */
function correlation(draws: Float64Array, lag: number): number {
  let sum = 0;
  for (let i = lag; i < draws.length; i++) sum += (draws[i]! - 0.5) * (draws[i - lag]! - 0.5);
  return (12 * sum) / (draws.length - lag);
}

function expectUniform(draws: Float64Array): void {
  const chi = chiSquare(draws);
  expect(chi).toBeGreaterThan(CHI_SQUARE_LOW);
  expect(chi).toBeLessThan(CHI_SQUARE_HIGH);
  for (const lag of [1, 2, 10]) expect(Math.abs(correlation(draws, lag))).toBeLessThan(4 / Math.sqrt(draws.length));
  for (const u of draws) if (!(u >= 0 && u < 1)) expect.fail(`${u} is outside [0, 1)`);
}

describe('RandomStreams', () => {
  it('gives the same numbers for the same seed, replication and name, and others otherwise', () => {
    const first = (seed: number, replication: number, name: string): number =>
      new RandomStreams(seed, replication).stream(name).nextDouble();
    expect(first(1, 0, 'arrivals')).toBe(first(1, 0, 'arrivals'));
    const others = [
      first(2, 0, 'arrivals'),
      first(1, 1, 'arrivals'),
      first(1, 0, 'arrivals2'),
      first(11, 0, 'arrivals'),
    ];
    expect(new Set([...others, first(1, 0, 'arrivals')]).size).toBe(5);
  });

  it('keeps its golden numbers: a change of generator or key format is a change of every result', () => {
    const stream = new RandomStreams(1, 0).stream('shops/arrivals');
    expect([stream.next(), stream.nextDouble(), stream.nextInt(1000)]).toMatchInlineSnapshot(`
      [
        0.24276389554142952,
        0.7950868547316665,
        432,
      ]
    `);
    expect([hashString('router/ties'), hashUniform(1, 2, 3, 4)]).toMatchInlineSnapshot(`
      [
        4141987995,
        0.8500525347007878,
      ]
    `);
  });

  it('draws one stream independently of how much others drew', () => {
    const streams = new RandomStreams(5, 2);
    const a = streams.stream('a');
    const b = streams.stream('b');
    for (let i = 0; i < 10; i++) b.next();
    const fresh = new RandomStreams(5, 2).stream('a');
    for (let i = 0; i < 5; i++) expect(a.nextDouble()).toBe(fresh.nextDouble());
  });

  it('has uniform, uncorrelated first draws over 40,000 like names', () => {
    const streams = new RandomStreams(1, 0);
    expectUniform(Float64Array.from({ length: 40_000 }, (_, i) => streams.stream(`sites/${i}/arrivals`).next()));
  });

  it('has uniform, uncorrelated first draws over 40,000 replications', () => {
    expectUniform(
      Float64Array.from({ length: 40_000 }, (_, i) => new RandomStreams(1, i).stream('arrivals').nextDouble()),
    );
  });

  it('has uniform, uncorrelated draws within a stream, coarse and fine', () => {
    const stream = new RandomStreams(3, 0).stream('x');
    expectUniform(Float64Array.from({ length: 100_000 }, () => stream.next()));
    expectUniform(Float64Array.from({ length: 100_000 }, () => stream.nextDouble()));
    // The low bits of a 53-bit draw, which a 32-bit draw does not have.
    expectUniform(Float64Array.from({ length: 100_000 }, () => (stream.nextDouble() * 2 ** 32) % 1));
  });

  it('never gives 0 from nextOpen, and 1 - u of the same position', () => {
    const open = new RandomStream('k');
    const plain = new RandomStream('k');
    for (let i = 0; i < 1000; i++) {
      const u = open.nextOpen();
      expect(u).toBe(1 - plain.nextDouble());
      expect(u > 0 && u <= 1).toBe(true);
    }
  });

  it('gives standard normals with their mean, variance, kurtosis and tail', () => {
    const stream = new RandomStreams(4, 0).stream('normal');
    const n = 200_000;
    let [sum, square, fourth, tail] = [0, 0, 0, 0];
    for (let i = 0; i < n; i++) {
      const z = stream.nextNormal();
      sum += z;
      square += z * z;
      fourth += z ** 4;
      if (z > 3.090_232_306_167_813) tail++;
    }
    expect(Math.abs(sum / n)).toBeLessThan(4 / Math.sqrt(n));
    expect(Math.abs(square / n - 1)).toBeLessThan(4 * Math.sqrt(2 / n));
    expect(Math.abs(fourth / n - 3)).toBeLessThan(4 * Math.sqrt(96 / n));
    expect(Math.abs(tail - n / 1000)).toBeLessThan(4 * Math.sqrt(n / 1000));
  });

  it('gives integers below n, equally often, up to 2^32', () => {
    const stream = new RandomStreams(6, 0).stream('int');
    const counts = new Int32Array(7);
    for (let i = 0; i < 70_000; i++) counts[stream.nextInt(7)]!++;
    for (const count of counts) expect(Math.abs(count - 10_000)).toBeLessThan(4 * Math.sqrt(10_000));
    expect(stream.nextInt(1)).toBe(0);
    expect(Math.max(...Array.from({ length: 100 }, () => stream.nextInt(2 ** 32)))).toBeGreaterThan(2 ** 31);
  });

  it.each([0, -1, 1.5, 2 ** 32 + 1, Number.NaN])('refuses nextInt(%s)', (n) => {
    expect(() => new RandomStream('k').nextInt(n)).toThrow(RangeError);
  });

  it('refuses seeds, replications and names that cannot key a stream', () => {
    expect(() => new RandomStreams(1.5, 0)).toThrow(/seed.*1\.5/);
    expect(() => new RandomStreams(1, -1)).toThrow(/replication.*-1/);
    expect(() => new RandomStreams(1, 0).stream('')).toThrow(RangeError);
  });
});

describe('hash draws', () => {
  const purpose = hashString('router/ties');

  it('are a pure function of all four arguments, high words included', () => {
    const draws = [
      hashUniform(1, purpose, 1, 0),
      hashUniform(2, purpose, 1, 0),
      hashUniform(1 + 2 ** 32, purpose, 1, 0),
      hashUniform(1, hashString('router/tie'), 1, 0),
      hashUniform(1, purpose, 2, 0),
      hashUniform(1, purpose, 1 + 2 ** 32, 0),
      hashUniform(1, purpose, 1, 1),
      hashUniform(-1, purpose, 1, 0),
    ];
    expect(new Set(draws).size).toBe(draws.length);
    expect(hashUniform(1, purpose, 1, 0)).toBe(draws[0]);
    const streams = new RandomStreams(1, 0);
    expect(streams.hashUniform(purpose, 5, 0)).toBe(hashUniform(streams.hashSeed, purpose, 5, 0));
    expect(new RandomStreams(1, 1).hashSeed).not.toBe(streams.hashSeed);
  });

  it.each([
    ['entities', (i: number) => hashUniform(1, purpose, i, 0)],
    ['entities at even ids', (i: number) => hashUniform(1, purpose, 2 * i, 3)],
    ['attempts', (i: number) => hashUniform(1, purpose, 7, i)],
    ['seeds', (i: number) => hashUniform(i, purpose, 7, 0)],
    ['purposes', (i: number) => hashUniform(1, hashString(`sites/${i}/failures`), 7, 0)],
    ['entities, second attempts interleaved', (i: number) => hashUniform(1, purpose, i >> 1, i & 1)],
    ['entities, low bits', (i: number) => (hashUniform(1, purpose, i, 0) * 2 ** 40) % 1],
  ])('are uniform and uncorrelated over 100,000 %s', (_name, draw) => {
    expectUniform(Float64Array.from({ length: 100_000 }, (_, i) => draw(i)));
  });

  it('is the same with its seed and purpose mixed beforehand', () => {
    const safe = fc.integer({ min: Number.MIN_SAFE_INTEGER, max: Number.MAX_SAFE_INTEGER });
    fc.assert(
      fc.property(safe, fc.integer({ min: 0, max: 2 ** 32 - 1 }), safe, safe, (seed, purposeHash, entity, attempt) => {
        const mixed = new HashedPurpose(seed, purposeHash);
        expect(mixed.uniform(entity, attempt)).toBe(hashUniform(seed, purposeHash, entity, attempt));
      }),
    );
  });

  it('are the same for four purposes at once as for each', () => {
    const safe = fc.maxSafeInteger();
    const hash = fc.integer({ min: -(2 ** 31), max: 2 ** 32 - 1 });
    fc.assert(
      fc.property(safe, fc.tuple(hash, hash, hash, hash), safe, safe, (seed, hashes, entity, attempt) => {
        new FourPurposes(seed, hashes).draw(entity, attempt);
        expect(Array.from(fourDraws)).toEqual(hashes.map((one) => hashUniform(seed, one, entity, attempt)));
      }),
    );
  });

  it('tell the upper 27 bits of a draw before the rest', () => {
    fc.assert(
      fc.property(fc.maxSafeInteger(), fc.nat(2 ** 32 - 1), fc.nat(3), (seed, entity, attempt) => {
        const mixed = new HashedPurpose(seed, hashString('place'));
        const whole = mixed.uniform(entity, attempt);
        expect(mixed.least(entity, attempt)).toBe(Math.floor(whole * 2 ** 27) / 2 ** 27);
      }),
    );
  });

  it('hash 40,000 names to distinct, evenly spread words', () => {
    const words = Float64Array.from({ length: 40_000 }, (_, i) => hashString(`shops/${i}/lengths`) / 2 ** 32);
    expectUniform(words);
    // Chance collisions of 40,000 words among 2^32: 0.19 expected.
    expect(new Set(words).size).toBeGreaterThanOrEqual(39_997);
    expect(hashString('')).not.toBe(hashString('\0'));
    expect(hashString('é')).not.toBe(hashString('e'));
  });
});
