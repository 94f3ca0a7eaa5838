import { describe, expect, it } from 'vitest';
import { excerpt, normalised, shownOutput } from '../src/shown-output.js';

describe('comments', () => {
  it('say which output, and which part of it', () => {
    expect(shownOutput('output')).toEqual({ command: null, from: null, to: null });
    expect(shownOutput('output of "infersim run x.yaml" from "A b" to "C"')).toEqual({
      command: 'infersim run x.yaml',
      from: 'A b',
      to: 'C',
    });
  });

  it('that speak of something else are left alone, those that nearly fit are refused', () => {
    expect(shownOutput('not run: no network')).toBeNull();
    expect(() => shownOutput('output form "A"')).toThrow('output form');
  });
});

describe('excerpts', () => {
  const output = 'a1\nb\na2\nb\n\n';
  it('run from the first line to the next one named', () => {
    expect(excerpt(output, { command: null, from: 'a2', to: 'b' })).toEqual(['a2', 'b']);
    expect(excerpt(output, { command: null, from: 'a', to: 'b' })).toEqual(['a1', 'b']);
    expect(excerpt(output, { command: null, from: null, to: null })).toEqual(['a1', 'b', 'a2', 'b']);
  });

  it('of lines that are not there are refused', () => {
    expect(() => excerpt(output, { command: null, from: 'c', to: null })).toThrow('"c"');
    expect(() => excerpt(output, { command: null, from: 'a2', to: 'a1' })).toThrow('"a1"');
  });
});

describe('what is compared', () => {
  it('leaves out wall time, hashes and where lines break around them', () => {
    const one = [
      'seed 1, fingerprint bfb39700497d8e59, 424.9k events',
      '  in 3.31s',
      'wrote results/x-12345678/runs.csv',
    ];
    const other = ['seed 1, fingerprint 0000000000000000, 424.9k events in 12 s', 'wrote results/x-abcdef01/runs.csv'];
    expect(normalised(one)).toBe(normalised(other));
  });

  it('keeps every figure of the simulation', () => {
    expect(normalised(['fingerprint bfb39700497d8e59, 424.9k events in 1s'])).not.toBe(
      normalised(['fingerprint bfb39700497d8e59, 424.8k events in 1s']),
    );
    expect(normalised(['TTFT 277 ms'])).not.toBe(normalised(['TTFT 278 ms']));
  });
});
