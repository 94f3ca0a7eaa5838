import { describe, expect, it } from 'vitest';
import type { MeasuredCase } from '../src/cases/measured-case.js';
import { keptMetrics, sampleOfLine } from '../src/reference/selection.js';
import { handCase, openLoopCase } from './hand-cases.js';

const LINE = 'fixed-concurrency-tpot-dense';

/** Rows of one device, in the order of their table. */
function rows(count: number, deviceId: string, firstLine = 1): MeasuredCase[] {
  return Array.from({ length: count }, (_, i) => handCase(firstLine + i, { tpot_mean_ms: 10 }, { deviceId }));
}

function linesOf(picked: readonly MeasuredCase[]): number[] {
  return picked.map(({ line }) => line);
}

describe('the sample of a line', () => {
  it('is evenly spaced in one group, each mark in the middle of its stretch', () => {
    expect(linesOf(sampleOfLine(rows(12, 'h100-sxm'), { line: LINE, rows: 4 }))).toEqual([2, 5, 8, 11]);
    expect(linesOf(sampleOfLine(rows(10, 'h100-sxm'), { line: LINE, rows: 1 }))).toEqual([6]);
  });

  it('weighs a group by the square root of its size', () => {
    const cases = [...rows(64, 'h100-sxm'), ...rows(4, 'h200-sxm', 65)];
    const picked = sampleOfLine(cases, { line: LINE, rows: 5 });
    expect(picked.filter(({ deviceId }) => deviceId === 'h100-sxm')).toHaveLength(4);
    expect(picked.filter(({ deviceId }) => deviceId === 'h200-sxm')).toHaveLength(1);
  });

  it('takes groups in the order of their names, whatever the order of the tables', () => {
    const [h200, a100] = [rows(6, 'h200-sxm'), rows(6, 'a100-80-sxm', 7)];
    const picked = sampleOfLine([...h200, ...a100], { line: LINE, rows: 4 });
    expect(picked.map(({ deviceId }) => deviceId)).toEqual(['a100-80-sxm', 'a100-80-sxm', 'h200-sxm', 'h200-sxm']);
    expect(sampleOfLine([...a100, ...h200], { line: LINE, rows: 4 })).toEqual(picked);
  });

  it('is whole when there are no more rows, and never holds one twice', () => {
    expect(linesOf(sampleOfLine(rows(3, 'h100-sxm'), { line: LINE, rows: 5 }))).toEqual([1, 2, 3]);
    for (let count = 1; count <= 30; count++) {
      const picked = sampleOfLine(rows(30, 'h100-sxm'), { line: LINE, rows: count });
      expect(new Set(linesOf(picked)).size, `${count}`).toBe(count);
    }
  });

  it('leaves out rows set aside and rows of other lines', () => {
    const cases = [
      handCase(1, { tpot_mean_ms: 10 }, { setAside: 'the host limited the run' }),
      handCase(2, { tpot_mean_ms: 10 }, { isMoe: true }),
      handCase(3, { ttft_mean_ms: 10 }),
      handCase(4, { tpot_mean_ms: 10 }),
    ];
    expect(linesOf(sampleOfLine(cases, { line: LINE, rows: 9 }))).toEqual([4]);
  });

  it('refuses a line that the headline lacks', () => {
    expect(() => sampleOfLine([], { line: 'no-such-line', rows: 1 })).toThrow(/no-such-line/);
  });
});

describe('the figures of a picked row', () => {
  it('are means of all stages, tails of warm ones, and the blocks of a server once', () => {
    const measured = {
      ttft_mean_ms: 1,
      ttft_p99_ms: 2,
      tpot_mean_ms: 3,
      e2e_mean_ms: 4,
      e2e_p99_ms: 5,
      kv_blocks: 1000,
    };
    const kept = keptMetrics([
      openLoopCase(1, measured, false),
      openLoopCase(2, measured, true),
      openLoopCase(3, { ...measured, kv_blocks: 900 }, false),
    ]);
    expect(kept.get('open.csv:1')).toEqual(['ttft_mean_ms', 'tpot_mean_ms', 'e2e_mean_ms', 'kv_blocks']);
    expect(kept.get('open.csv:2')).not.toContain('kv_blocks');
    expect(kept.get('open.csv:2')).toEqual(expect.arrayContaining(['ttft_p99_ms', 'e2e_p99_ms']));
    expect(kept.get('open.csv:3')).toContain('kv_blocks');
  });

  it('are the time per token of every closed loop and the time to the first of every third that states it', () => {
    const cases = [1, 2, 3, 4, 5, 6].map((line) =>
      handCase(line, line === 2 ? { tpot_mean_ms: 1 } : { tpot_mean_ms: 1, ttft_mean_ms: 1 }),
    );
    const kept = keptMetrics(cases);
    expect([...kept.values()].every((metrics) => metrics[0] === 'tpot_mean_ms')).toBe(true);
    expect([...kept].filter(([, metrics]) => metrics.includes('ttft_mean_ms')).map(([id]) => id)).toEqual([
      'runs.csv:1',
      'runs.csv:5',
    ]);
  });
});
