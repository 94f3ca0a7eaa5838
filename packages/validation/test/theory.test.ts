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

  it('give published values: Erlang B of 10 servers at 7 Erlang, Erlang C of 5 at 4', () => {
    expect(erlangB(10, 7)).toBeCloseTo(0.078741, 6);
    expect(erlangC(5, 4)).toBeCloseTo(0.554113, 6);
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
