import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { constant } from '../src/profile/distribution-shapes.js';
import type { SourceCounts } from '../src/request-source.js';
import { RequestTable } from '../src/request-table.js';
import type { SourceOptions } from '../src/source/create-source.js';
import { TraceError } from '../src/trace/trace-error.js';
import type { TraceSpec, WorkloadPlan } from '../src/workload-plan.js';
import { drain, fixedLengths, plan, source, trace } from './drained.js';
import { fixture, openContent, openDisk } from './memory-files.js';

const HEADER = 'arrival_s,prompt_tokens,output_tokens,thinking_tokens,session_id,prefix_group,prefix_tokens,priority\n';
const FOUR = `${HEADER}0,100,10,4,a,sys,60,\n1,200,20,,b,sys,60,7\n4,300,30,,a,,,\n10,400,40,,,own,400,\n`;

function replay(
  content: string,
  spec: Partial<TraceSpec> = {},
  more: Partial<WorkloadPlan> = {},
  options: Partial<SourceOptions> = {},
) {
  const of = plan({ process: 'replay', trace: trace(spec) }, { lengths: { kind: 'recorded' }, ...more });
  return source(of, { openBytes: openContent(content), ...options });
}

const times = (list: { timeS: number }[]) => list.map(({ timeS }) => timeS);
const dropped = (counts: SourceCounts) => Object.values(counts.dropped).reduce((sum, count) => sum + count, 0);

describe('replay', () => {
  it('sends rows as recorded: times, lengths, thinking, sessions, priority, shared beginnings', () => {
    const of = replay(FOUR);
    const taken = drain(of);
    expect(
      taken.map(({ timeS, prompt, output, thinking, priority }) => [timeS, prompt, output, thinking, priority]),
    ).toEqual([
      [0, 100, 10, 4, 3],
      [1, 200, 20, 0, 7],
      [4, 300, 30, 0, 3],
      [10, 400, 40, 0, 3],
    ]);
    expect(taken[0]!.session).toBe(taken[2]!.session);
    expect(taken[0]!.session).not.toBe(taken[1]!.session);
    expect(taken[3]!.session).toBe(taken[3]!.id);
    expect(taken[0]!.segments).toEqual(taken[1]!.segments);
    expect(taken[2]!.segments).toEqual([]);
    expect(taken[3]!.segments).not.toEqual(taken[0]!.segments);
    expect(of.counts).toMatchObject({ rowsRead: 4, emitted: 4, dropped: {} });
  });

  it('compresses time by speed and by the size of the site', () => {
    expect(times(drain(replay(FOUR, { speed: 2 })))).toEqual([0, 0.5, 2, 5]);
    expect(times(drain(replay(FOUR, {}, {}, { rateMultiplier: 4 })))).toEqual([0, 0.25, 1, 2.5]);
    const profile = { multipliers: [0.5], startHour: 0 };
    expect(times(drain(replay(FOUR, {}, { profile })))).toEqual([0, 2, 8, 20]);
  });

  it('repeats the file with one mean gap between passes, as new clients', () => {
    const taken = drain(replay(FOUR, { repeat: 3 }));
    const gap = 10 / 3;
    expect(taken).toHaveLength(12);
    [0, 1, 4, 10].forEach((timeS, i) => {
      expect(taken[4 + i]!.timeS).toBeCloseTo(timeS + 10 + gap, 9);
      expect(taken[8 + i]!.timeS).toBeCloseTo(timeS + 20 + 2 * gap, 9);
    });
    expect(new Set(taken.map(({ id }) => id)).size).toBe(12);
    expect(taken[4]!.session).not.toBe(taken[0]!.session);
    expect(taken[4]!.session).toBe(taken[6]!.session);
    expect(taken[4]!.segments).not.toEqual(taken[0]!.segments);
    expect(taken[4]!.segments).toEqual(taken[5]!.segments);
    expect(times(drain(replay(`${HEADER}5,1,1,,,,,\n`, { repeat: 2 })))).toEqual([5, 6]);
  });

  it('copies each row to distinct clients at the same time', () => {
    const of = replay(FOUR, { copies: 3 });
    const taken = drain(of);
    expect(times(taken)).toEqual([0, 0, 0, 1, 1, 1, 4, 4, 4, 10, 10, 10]);
    expect(new Set(taken.slice(0, 3).map(({ session }) => session)).size).toBe(3);
    expect(taken.slice(0, 3).map(({ session }) => session)).toEqual(taken.slice(6, 9).map(({ session }) => session));
    expect(new Set(taken.slice(0, 3).map(({ segments }) => segments[0])).size).toBe(3);
    expect(of.counts).toMatchObject({ rowsRead: 12, emitted: 12 });
  });

  it('thins whole sessions, rows on their own without one, and counts what it drops', () => {
    const rows = Array.from({ length: 4_000 }, (_, i) => `${i / 10},10,10,,${i % 2 === 0 ? `s${i % 400}` : ''},,,\n`);
    const of = replay(HEADER + rows.join(''), { keep: 0.3 });
    const taken = drain(of);
    const sessions = new Map<number, number>();
    let lone = 0;
    for (const { session, id, timeS } of taken) {
      if (Math.round(timeS * 10) % 2 === 1) {
        expect(session).toBe(id);
        lone++;
      } else sessions.set(session, (sessions.get(session) ?? 0) + 1);
    }
    // 200 sessions of 10 rows and 2,000 lone rows, three in ten of each: standard errors 6.5 and 20.
    expect([...sessions.values()].every((count) => count === 10)).toBe(true);
    expect(Math.abs(sessions.size - 60)).toBeLessThan(26);
    expect(Math.abs(lone - 600)).toBeLessThan(80);
    expect(of.counts.rowsRead).toBe(4_000);
    expect(of.counts.dropped['thinned']).toBe(4_000 - taken.length);
    const more = drain(replay(HEADER + rows.join(''), { keep: 0.6 }));
    const kept = new Set(times(more));
    expect(times(taken).every((timeS) => kept.has(timeS))).toBe(true);
  });

  it('spreads a tick in file order, within the tick, and only as far as the next one', () => {
    const ticks = [0, 0, 0, 3, 3, 4, 9, 9, 9, 9];
    const rows = ticks.map((timeS, i) => `${timeS},${i + 1},1,,,,,\n`).join('');
    const taken = drain(replay(HEADER + rows, { spreadS: 3, repeat: 2 }));
    expect(taken.map(({ prompt }) => prompt)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    const room = [3, 3, 3, 1, 1, 3, 3, 3, 3, 3];
    taken.slice(0, 10).forEach(({ timeS }, i) => {
      expect(timeS).toBeGreaterThanOrEqual(ticks[i]!);
      expect(timeS).toBeLessThan(ticks[i]! + room[i]!);
    });
    expect(new Set(times(taken)).size).toBe(20);
    const many = `${HEADER}${'0,1,1,,,,,\n'.repeat(2_000)}3,1,1,,,,,\n`;
    const spread = times(drain(replay(many, { spreadS: 3 }))).slice(0, 2_000);
    expect(Math.abs(spread.reduce((sum, timeS) => sum + timeS, 0) / 2_000 - 1.5)).toBeLessThan(0.1);
  });

  it('keeps rows in time order and reconciles its counts under any scaling', () => {
    const spec = fc.record({
      speed: fc.double({ min: 0.1, max: 10, noNaN: true }),
      keep: fc.double({ min: 0.05, max: 1, noNaN: true }),
      copies: fc.integer({ min: 1, max: 4 }),
      repeat: fc.integer({ min: 1, max: 3 }),
      spreadS: fc.constantFrom(0, 0.5, 5),
    });
    const row = fc.tuple(fc.integer({ min: 0, max: 3 }), fc.constantFrom('', 'a', 'b'), fc.boolean());
    fc.assert(
      fc.property(spec, fc.array(row, { minLength: 1, maxLength: 40 }), (scaling, rows) => {
        let timeS = 0;
        const lines = rows.map(([gap, session, bad]) => {
          timeS += gap;
          return `${timeS},${bad ? 0 : 5},5,,${session},,,\n`;
        });
        fc.pre(rows.some(([, , bad]) => !bad));
        const of = replay(HEADER + lines.join(''), { ...scaling, badRows: 'drop' }, {}, { horizonS: 1e9 });
        const taken = drain(of);
        expect(times(taken)).toEqual(times(taken).sort((a, b) => a - b));
        expect(of.counts.emitted).toBe(taken.length);
        expect(of.counts.emitted + dropped(of.counts)).toBe(of.counts.rowsRead);
        expect(of.counts.rowsRead).toBe(rows.length * scaling.copies * scaling.repeat);
        const bad = rows.filter(([, , isBad]) => isBad).length * scaling.copies * scaling.repeat;
        expect(of.counts.dropped['trace-zero-tokens'] ?? 0).toBe(bad);
      }),
      { numRuns: 150 },
    );
  });

  it('stops at the horizon and at the most requests without reading on, and closes the file', () => {
    const bad = `${FOUR}11,0,0,,,,,\n`;
    const of = replay(bad, {}, {}, { horizonS: 4 });
    expect(times(drain(of))).toEqual([0, 1]);
    expect(of.counts).toMatchObject({ rowsRead: 2, emitted: 2 });
    expect(drain(replay(bad, {}, { maxRequests: 3 }))).toHaveLength(3);
    expect(() => drain(replay(bad))).toThrow(TraceError);
    const open = replay(FOUR);
    open.close?.();
    open.close?.();
  });

  it('draws lengths and prefixes of its own when the plan says so, and cuts what is too long', () => {
    const prefix = { groups: 1, tokens: 20, zipf: 0 };
    const drawn = drain(replay(FOUR, {}, { lengths: fixedLengths, prefix }));
    expect(drawn.map(({ prompt, output }) => [prompt, output])).toEqual(new Array(4).fill([100, 10]));
    expect(drawn[2]!.segments).toHaveLength(1);
    expect(drawn[2]!.segments).not.toEqual(drawn[0]!.segments);
    const of = replay(FOUR, {}, { maxPromptTokens: 250, budgetTokens: 25, thinking: constant(2) });
    const taken = drain(of);
    expect(taken.map(({ prompt, wish, output, thinking }) => [prompt, wish, output, thinking])).toEqual([
      [100, 12, 12, 6],
      [200, 22, 22, 2],
      [250, 32, 25, 2],
      [250, 42, 25, 2],
    ]);
    expect(of.counts).toMatchObject({ promptCutRequests: 2, budgetCutRequests: 2, budgetCutTokens: 7 + 17 });
  });

  it('cuts a Mooncake chain with its prompt, moves ids by source, and keeps equal beginnings equal', () => {
    const openBytes = openDisk;
    const spec = { path: fixture('mooncake-style.jsonl.gz'), format: 'mooncake' } as const;
    const of = plan(
      { process: 'replay', trace: trace(spec) },
      { lengths: { kind: 'recorded' }, maxPromptTokens: 1_000 },
    );
    const table = new RequestTable(64);
    const cut = source(of, { openBytes });
    let longest = 0;
    while (Number.isFinite(cut.nextS)) {
      const slot = table.allocate();
      cut.take(table, slot);
      const chain = table.prefix[slot]!;
      expect(chain.totalTokens).toBe(table.promptTokens[slot]);
      expect(chain.tokens.reduce((sum, tokens) => sum + tokens, 0)).toBe(chain.totalTokens);
      expect(chain.tokens.every((tokens) => tokens > 0)).toBe(true);
      longest = Math.max(longest, chain.ids.length);
    }
    expect(longest).toBe(2);
    const first = drain(source({ ...of, maxPromptTokens: 1e6 }, { openBytes }));
    const second = drain(source({ ...of, maxPromptTokens: 1e6 }, { openBytes, sourceIndex: 1, sourceCount: 2 }));
    const shift = second[0]!.segments[0]! - first[0]!.segments[0]!;
    expect(shift).toBeGreaterThan(0);
    expect(second.map(({ segments }) => segments)).toEqual(
      first.map(({ segments }) => segments.map((id) => id + shift)),
    );
    expect(first.every(({ segments }) => segments[0] === first[0]!.segments[0])).toBe(true);
  });

  it('refuses what cannot be replayed', () => {
    const lengthsOnly = 'prompt_tokens,output_tokens\n1,1\n';
    expect(() => replay(lengthsOnly, { format: 'lengths' })).toThrow(/cannot be replayed/);
    for (const spec of [{ speed: 0 }, { keep: 0 }, { keep: 1.5 }, { copies: 0.5 }, { repeat: 0 }, { spreadS: -1 }]) {
      expect(() => replay(FOUR, spec), JSON.stringify(spec)).toThrow(RangeError);
    }
    expect(() => replay(FOUR, { copies: 2 ** 20, repeat: 2 })).toThrow(/too many copies/);
    expect(() => replay(`${HEADER}0,0,1,,,,,\n`)).toThrow(TraceError);
  });
});
