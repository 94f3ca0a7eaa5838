import { describe, expect, it } from 'vitest';
import { QueueMeter } from '../src/queue-meter.js';
import { SiteMeters } from '../src/site-meters.js';
import { SiteSamples } from '../src/site-samples.js';

describe('meters of some sites, packed and absorbed by those of all', () => {
  it.each([7, 3000])('keep the power of each of %i sites', (sites) => {
    const whole = new SiteMeters(0, sites, 60, 600);
    const parts = [new SiteMeters(0, 3, 60, 600), new SiteMeters(3, sites - 3, 60, 600)];
    for (const site of [0, 2, 3, 6, sites - 1]) {
      for (const [fromS, toS, watts] of [
        [10, 20, 5],
        [50, 250, 7],
        [600, 610, 1],
      ] as const) {
        whole.addStretch(site, Float64Array.of(fromS, toS, watts));
        parts[site < 3 ? 0 : 1]!.addStretch(site, Float64Array.of(fromS, toS, watts));
      }
    }
    const joined = new SiteMeters(0, sites, 60, 600);
    for (const part of parts) joined.absorb(structuredClone(part.pack()));
    for (let site = 0; site < sites; site++) {
      expect(joined.hasAny(site)).toBe(whole.hasAny(site));
      for (let bin = 0; bin < 12; bin++) expect(joined.amount(site, bin)).toBe(whole.amount(site, bin));
    }
  });

  it('add up what waits at replicas of either', () => {
    const whole = new QueueMeter(0, 4, 60, 10, 600);
    const parts = [new QueueMeter(0, 2, 60, 10, 600), new QueueMeter(2, 2, 60, 10, 600)];
    for (const [replica, waiting, nowS] of [
      [0, 1, 5],
      [3, 2, 20],
      [0, 0, 30],
      [2, 4, 40],
      [3, 0, 100],
    ] as const) {
      whole.set(replica, waiting, nowS);
      parts[replica < 2 ? 0 : 1]!.set(replica, waiting, nowS);
    }
    const joined = new QueueMeter(0, 4, 60, 10, 600);
    whole.finish(600);
    for (const part of parts) {
      part.finish(600);
      joined.absorb(structuredClone(part.pack()));
    }
    expect(joined.waitingS).toBe(whole.waitingS);
    expect(joined.nonEmptyS).toBe(whole.nonEmptyS);
    expect(joined.peak).toBe(4);
    expect(joined.bins!.toArray()).toEqual(whole.bins!.toArray());
    expect(joined.trend.toArray()).toEqual(whole.trend.toArray());
  });
});

describe('samples of sites from several parts', () => {
  it('are all kept while they fit', () => {
    const [a, b, joined] = [new SiteSamples(0, 3), new SiteSamples(2, 1), new SiteSamples(0, 3)];
    for (let i = 0; i < 700; i++) a.add(i % 3, i);
    for (let i = 0; i < 900; i++) b.add(2, 1000 + i);
    joined.absorb(structuredClone(a.pack()));
    joined.absorb(structuredClone(b.pack()));
    expect(joined.of(0)).toEqual(a.of(0));
    expect([...joined.of(2)]).toEqual([...a.of(2), ...b.of(2)]);
  });

  it('share the room by what each saw where they do not fit', () => {
    const [a, b, joined] = [new SiteSamples(0, 1), new SiteSamples(0, 1), new SiteSamples(0, 1)];
    for (let i = 0; i < 30_000; i++) a.add(0, 1);
    for (let i = 0; i < 10_000; i++) b.add(0, 2);
    joined.absorb(a.pack());
    joined.absorb(b.pack());
    expect(joined.of(0)).toHaveLength(4096);
    expect(joined.of(0).filter((value) => value === 2)).toHaveLength(1024);
    const few = new SiteSamples(0, 1);
    for (let i = 0; i < 10; i++) few.add(0, 3);
    joined.absorb(few.pack());
    expect(joined.of(0)).toHaveLength(4096);
    expect(joined.of(0)).toContain(3);
  });
});
