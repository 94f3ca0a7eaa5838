import { describe, expect, it } from 'vitest';
import { agreementText, agreementWith, overReplications } from '../src/acceptance.js';
import { birthDeathSojournS, erlangB, erlangC, mg1WaitS, mm1SojournS, mmcWaitS } from '../src/queueing-formulas.js';
import { stationChecks } from '../src/station-checks.js';

describe('the formulas themselves', () => {
  it('agree with one another where models coincide', () => {
    expect(mmcWaitS(1, 0.7, 1)).toBeCloseTo(mm1SojournS(0.7, 1) - 1, 12);
    expect(mg1WaitS(0.7, 1, 1)).toBeCloseTo(mmcWaitS(1, 0.7, 1), 12);
    expect(birthDeathSojournS(2.1, (n) => Math.min(n, 3))).toBeCloseTo(mmcWaitS(3, 2.1, 1) + 1, 9);
    expect(erlangC(1, 0.6)).toBeCloseTo(0.6, 12);
  });

  it('Erlang B and C equal their defining sums over states', () => {
    const weight = (load: number, n: number): number => (n === 0 ? 1 : (weight(load, n - 1) * load) / n);
    const states = (load: number, last: number) =>
      Array.from({ length: last + 1 }, (_, n) => weight(load, n)).reduce((sum, value) => sum + value, 0);
    expect(erlangB(10, 7)).toBeCloseTo(weight(7, 10) / states(7, 10), 12);
    const waiting = weight(4, 5) / (1 - 4 / 5);
    expect(erlangC(5, 4)).toBeCloseTo(waiting / (states(4, 4) + waiting), 12);
  });

  it('refuse a load without a steady state', () => {
    expect(() => mm1SojournS(1, 1)).toThrow(RangeError);
    expect(() => birthDeathSojournS(2, () => 1)).toThrow(RangeError);
  });
});

describe('a station built on the kernel', () => {
  it.each(stationChecks())('$name', ({ figures }) => {
    for (const { name, truth, estimates, allowance } of figures()) {
      const agreement = agreementWith(truth, estimates, allowance);
      const text = agreementText(name, agreement);
      expect(agreement.agrees, text).toBe(true);
      expect(agreement.hasPower, `${text}: too wide to mean anything`).toBe(true);
    }
  });
});

describe('the rule of agreement', () => {
  const around = (centre: number, spread: number) => overReplications(20, (r) => centre + spread * ((r % 5) - 2));

  it('refuses an estimate that is off by more than its half-width', () => {
    expect(agreementWith(10, around(10.3, 0.1)).agrees).toBe(false);
    expect(agreementWith(10, around(10.3, 0.1), { bias: 0.03 }).agrees).toBe(true);
  });

  it('refuses agreement by noise', () => {
    const noisy = agreementWith(10, around(10.3, 3));
    expect(noisy.agrees).toBe(true);
    expect(noisy.hasPower).toBe(false);
  });

  it('refuses fewer than 20 replications', () => {
    expect(() => agreementWith(1, [1, 1, 1])).toThrow(RangeError);
  });
});
