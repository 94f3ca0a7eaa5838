import { describe, expect, it } from 'vitest';
import type { Figure } from '../src/figure.js';
import { type ProjectionInput, project, projectionInput, projectionLines, serialShareOf } from '../src/projection.js';

const input: ProjectionInput = {
  requests: 86_400_000,
  cores: 64,
  saturationPerReplica: 10,
  sizes: [
    { replicas: 10, requestsPerS: 400_000, peakMib: 100 },
    { replicas: 1000, requestsPerS: 200_000, peakMib: 199 },
    { replicas: 10_000, requestsPerS: 100_000, peakMib: 1099 },
  ],
  oneScenarioGain: 1.6,
  replicationsGain: 1.8,
  sourcePerS: 1e6,
};

describe('the projection', () => {
  it('takes as many replicas as the mean rate needs at 60 % load, and the time per request between measured sizes', () => {
    const day = project(input);
    // 1,000 requests/s over 10 a replica at 60 %.
    expect(day.replicas).toBe(167);
    // Twice the time per hundredfold fleet, so 2^(log(16.7)/log(100)) of 2.5 µs.
    expect(day.secondsPerRequest).toBeCloseTo(2.5e-6 * 2 ** (Math.log(16.7) / Math.log(100)), 12);
    expect(day.oneCoreS).toBeCloseTo(86_400_000 * day.secondsPerRequest, 6);
  });

  it('meets the measured sizes exactly, and goes on beyond the largest', () => {
    const at = (replicas: number) => project({ ...input, requests: replicas * 6 * 86_400 }).secondsPerRequest;
    expect(at(1000)).toBeCloseTo(1 / 200_000, 12);
    expect(at(10_000)).toBeCloseTo(1 / 100_000, 12);
    expect(at(100_000)).toBeCloseTo(1 / 50_000, 12);
  });

  it('reads the serial share off two workers: none at twice as fast, all of it at no gain', () => {
    expect(serialShareOf(2)).toBe(0);
    expect(serialShareOf(1)).toBe(1);
    expect(serialShareOf(1.6)).toBeCloseTo(0.25, 12);
    expect(serialShareOf(0.9)).toBe(1);
    expect(serialShareOf(2.1)).toBe(0);
  });

  it('divides one scenario by Amdahl, but never below its source; runs side by side by their efficiency', () => {
    const day = project(input);
    const amdahlS = day.oneCoreS * (0.25 + 0.75 / 64);
    expect(day.sourceS).toBeCloseTo(86.4, 9);
    expect(day.oneScenarioS).toBeCloseTo(Math.max(amdahlS, 86.4), 9);
    expect(project({ ...input, oneScenarioGain: 2 }).oneScenarioS).toBeCloseTo(86.4, 9);
    expect(day.sideBySideS).toBeCloseTo(day.oneCoreS / (64 * 0.9), 9);
  });

  it('takes memory from a straight line through the smallest and the largest fleet', () => {
    expect(project(input).memoryMib).toBeCloseTo(100 + (157 * 999) / 9990, 9);
  });

  it('says what limits it', () => {
    expect(projectionLines({ ...input, oneScenarioGain: 2 }).join('\n')).toMatch(/What limits it: the source/);
    expect(projectionLines({ ...input, sourcePerS: 1e8 }).join('\n')).toMatch(/What limits it: what does not divide/);
  });

  it('names the figures it lacks, those without a value among them', () => {
    const known = [
      'serving.saturation',
      ...[10, 1000, 10_000].flatMap((size) => [`fleet.r${size}.requests_per_s`, `fleet.r${size}.peak_mib`]),
      'workers.replications',
      'fleet.source.requests_per_s',
    ];
    const figures = known.map((id): Figure => ({ id, group: 'g', name: 'n', value: 8, unit: 'u' }));
    expect(projectionInput(figures)).toEqual(['workers.one_scenario']);
    const unavailable = { ...figures[0]!, id: 'workers.one_scenario', value: Number.NaN };
    expect(projectionInput([...figures, unavailable])).toEqual(['workers.one_scenario']);
    expect(projectionInput([...figures, { ...unavailable, value: 1.5 }])).toMatchObject({
      saturationPerReplica: 1,
      oneScenarioGain: 1.5,
    });
  });
});
