import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { combineFingerprints, combineFingerprintsUnordered, Fingerprint } from '../src/fingerprint.js';

type Entry = [requestId: number, kind: number, timeS: number];

function digestOf(entries: Entry[]): string {
  const fingerprint = new Fingerprint();
  for (const [requestId, kind, timeS] of entries) fingerprint.add(requestId, kind, timeS);
  return fingerprint.digest();
}

const base: Entry[] = [
  [1, 0, 0.25],
  [2, 0, 0.5],
  [1, 3, 1.75],
];

describe('Fingerprint', () => {
  it('keeps its golden digests: changing the hash changes every stored one', () => {
    expect(digestOf([])).toMatchInlineSnapshot(`"212ca6840250e09b"`);
    expect(digestOf(base)).toMatchInlineSnapshot(`"3b527bd7bcdae77e"`);
    expect(combineFingerprints([digestOf([]), digestOf(base)])).toMatchInlineSnapshot(`"b2bcfc14cc22c6f1"`);
  });

  it('differs for another id, kind, time, order, count or high word', () => {
    const variants: Entry[][] = [
      base,
      [],
      [...base, [0, 0, 0]],
      base.slice(0, 2),
      [base[1]!, base[0]!, base[2]!],
      [[3, 0, 0.25], base[1]!, base[2]!],
      [[1, 1, 0.25], base[1]!, base[2]!],
      [[1, 0, 0.250_001], base[1]!, base[2]!],
      [[1 + 2 ** 32, 0, 0.25], base[1]!, base[2]!],
      [[1, 0, 0.25 + 2 ** 32 / 1e6], base[1]!, base[2]!],
      [[1, 0, -0.25], base[1]!, base[2]!],
    ];
    expect(new Set(variants.map(digestOf)).size).toBe(variants.length);
  });

  it('ignores differences far below a microsecond', () => {
    const shifted = base.map(([id, kind, timeS]): Entry => [id, kind, timeS * (1 + 1e-15)]);
    expect(digestOf(shifted)).toBe(digestOf(base));
  });

  it('may be read between additions without effect', () => {
    const fingerprint = new Fingerprint();
    for (const [requestId, kind, timeS] of base) {
      fingerprint.add(requestId, kind, timeS);
      expect(fingerprint.digest()).toMatch(/^[0-9a-f]{16}$/);
    }
    expect(fingerprint.digest()).toBe(digestOf(base));
    expect(fingerprint.count).toBe(3);
  });

  it('has no collisions among 200,000 near-identical streams, in either lane beyond chance', () => {
    const digests = new Set<string>();
    const high = new Set<string>();
    const low = new Set<string>();
    for (let i = 0; i < 200_000; i++) {
      const digest = digestOf([[i >> 9, i & 7, ((i >> 3) & 63) / 1e6]]);
      digests.add(digest);
      high.add(digest.slice(0, 8));
      low.add(digest.slice(8));
    }
    expect(digests.size).toBe(200_000);
    // 200,000 words among 2^32: 4.7 collisions expected in a lane.
    expect(high.size).toBeGreaterThan(200_000 - 20);
    expect(low.size).toBeGreaterThan(200_000 - 20);
  });
});

describe('combining fingerprints', () => {
  const digests = fc.array(
    fc.nat(5).map((i) => digestOf([[i, 0, 0]])),
    { minLength: 2, maxLength: 8 },
  );

  it('in order: equal lists agree, a swap of different parts shows', () => {
    fc.assert(
      fc.property(digests, (list) => {
        expect(combineFingerprints([...list])).toBe(combineFingerprints(list));
        const swapped = [list[1]!, list[0]!, ...list.slice(2)];
        expect(combineFingerprints(swapped) === combineFingerprints(list)).toBe(list[0] === list[1]);
      }),
      { seed: 20267 },
    );
  });

  it('unordered: any order agrees, a changed, doubled or missing part shows', () => {
    fc.assert(
      fc.property(digests, (list) => {
        const digest = combineFingerprintsUnordered(list);
        expect(combineFingerprintsUnordered([...list].reverse())).toBe(digest);
        expect(combineFingerprintsUnordered(list.slice(1))).not.toBe(digest);
        expect(combineFingerprintsUnordered([...list, list[0]!])).not.toBe(digest);
        expect(combineFingerprintsUnordered([digestOf([[99, 0, 0]]), ...list.slice(1)])).not.toBe(digest);
      }),
      { seed: 20268 },
    );
  });

  it('refuse what is not a digest', () => {
    for (const bad of ['', 'xyz', 'ABCDEF0123456789', '0123456789abcde']) {
      expect(() => combineFingerprints([bad])).toThrow(RangeError);
      expect(() => combineFingerprintsUnordered([bad])).toThrow(RangeError);
    }
  });
});
