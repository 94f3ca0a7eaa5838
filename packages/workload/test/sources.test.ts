import { createSampler, RandomStreams } from '@infersim/kernel';
import { describe, expect, it } from 'vitest';
import { constant, lognormal, uniform } from '../src/profile/distribution-shapes.js';
import { findLengthProfile, lengthProfiles } from '../src/profile/length-profiles.js';
import { findRateProfile } from '../src/profile/rate-profiles.js';
import { Outcome } from '../src/request-source.js';
import { RequestTable } from '../src/request-table.js';
import { MAX_TABLE_ROWS, readLengthTable } from '../src/source/length-table.js';
import type { ArrivalSpec } from '../src/workload-plan.js';
import { drain, fixedLengths, plan, source, trace } from './drained.js';
import { openContent } from './memory-files.js';

const poisson: ArrivalSpec = { process: 'poisson', ratePerS: 2 };
const sizes = (list: { prompt: number; output: number }[]) => list.map(({ prompt, output }) => [prompt, output]);

describe('common random numbers', () => {
  it('gives the same requests for the same seed, replication and name, and others for others', () => {
    const first = drain(source(plan(poisson)));
    expect(first.length).toBeGreaterThan(1_800);
    expect(drain(source(plan(poisson)))).toEqual(first);
    for (const other of [
      source(plan(poisson), {}, 2),
      source(plan(poisson), {}, 1, 1),
      source(plan(poisson), { name: 'w/other' }),
    ]) {
      const requests = drain(other);
      expect(requests[0]!.timeS).not.toBe(first[0]!.timeS);
      expect(sizes(requests).slice(0, 10)).not.toEqual(sizes(first).slice(0, 10));
    }
  });

  it('keeps the sequence of lengths when rate, process, profile, budget or place among the sources change', () => {
    const first = drain(source(plan(poisson)), 500);
    const same = [
      source(plan({ process: 'poisson', ratePerS: 7 })),
      source(plan({ process: 'gamma', ratePerS: 7, cv: 3 })),
      source(plan(poisson, { profile: dayProfile() })),
      source(plan(poisson), { sourceIndex: 3, sourceCount: 9, workloadIndex: 2 }),
      source(plan(poisson, { thinking: constant(0), prefix: { groups: 3, tokens: 10, zipf: 1 } })),
    ];
    for (const other of same) expect(sizes(drain(other, 500))).toEqual(sizes(first));
    const budget = drain(source(plan(poisson, { budgetTokens: 100 })), 500);
    expect(budget.map(({ wish }) => wish)).toEqual(first.map(({ wish }) => wish));
    expect(budget.map(({ timeS }) => timeS)).toEqual(first.map(({ timeS }) => timeS));
    const scaled = drain(source(plan({ process: 'poisson', ratePerS: 4 })), 500);
    scaled.forEach(({ timeS }, i) => {
      expect(timeS * 2).toBeCloseTo(first[i]!.timeS, 6);
    });
  });

  it('keeps the prompts when the output law changes', () => {
    const lengths = { kind: 'independent', prompt: uniform(10, 2_000), output: lognormal(5, 1) } as const;
    const other = drain(source(plan(poisson, { lengths })), 300);
    const first = drain(source(plan(poisson)), 300);
    expect(other.map(({ prompt }) => prompt)).toEqual(first.map(({ prompt }) => prompt));
    expect(other.map(({ output }) => output)).not.toEqual(first.map(({ output }) => output));
  });
});

function dayProfile() {
  return { multipliers: findRateProfile('azure-code-2024')!.multipliers, startHour: 9 };
}

describe('what a request is', () => {
  it('has ids unique over sources, its workload, source and priority', () => {
    const taken = drain(source(plan(poisson), { sourceIndex: 2, sourceCount: 5, workloadIndex: 4 }), 3);
    expect(taken.map(({ id }) => id)).toEqual([2, 7, 12]);
    expect(taken.map(({ session }) => session)).toEqual([2, 7, 12]);
    expect(taken[0]!.priority).toBe(3);
    const table = new RequestTable(1);
    const slot = table.allocate();
    source(plan(poisson), { sourceIndex: 2, sourceCount: 5, workloadIndex: 4 }).take(table, slot);
    expect([table.source[slot], table.workload[slot], table.taskId[slot]]).toEqual([2, 4, 2]);
  });

  it('counts exactly what budget and context cap cut, thinking included and first', () => {
    const of = plan(poisson, {
      lengths: { kind: 'independent', prompt: uniform(1, 200), output: uniform(1, 100) },
      thinking: uniform(0, 300),
      budgetTokens: 150,
      maxPromptTokens: 120,
    });
    const free = drain(source({ ...of, budgetTokens: 1e6, maxPromptTokens: 1e6 }), 1_000);
    const capped = source(of);
    const taken = drain(capped, 1_000);
    let cutRequests = 0;
    let cutTokens = 0;
    let promptCuts = 0;
    taken.forEach((request, i) => {
      const whole = free[i]!;
      expect(request.wish).toBe(whole.output);
      expect(request.output).toBe(Math.min(150, whole.output));
      expect(request.thinking).toBe(Math.min(request.output, whole.thinking));
      expect(request.prompt).toBe(Math.min(120, whole.prompt));
      if (whole.output > 150) cutRequests++;
      cutTokens += whole.output - request.output;
      if (whole.prompt > 120) promptCuts++;
    });
    expect(cutRequests).toBeGreaterThan(300);
    expect(capped.counts).toEqual({
      rowsRead: 0,
      emitted: 1_000,
      dropped: {},
      budgetCutRequests: cutRequests,
      budgetCutTokens: cutTokens,
      promptCutRequests: promptCuts,
    });
  });

  it('rounds lengths to whole tokens of at least 1 and at most what a column holds', () => {
    const lengths = { kind: 'independent', prompt: lognormal(0, 30), output: uniform(0, 0.2) } as const;
    const taken = drain(source(plan(poisson, { lengths, maxPromptTokens: 2 ** 31 - 1 })), 500);
    expect(taken.every(({ prompt }) => Number.isInteger(prompt) && prompt >= 1 && prompt <= 2 ** 31 - 1)).toBe(true);
    expect(Math.min(...taken.map(({ prompt }) => prompt))).toBe(1);
    expect(Math.max(...taken.map(({ prompt }) => prompt))).toBe(2 ** 31 - 1);
    expect(taken.every(({ output }) => output === 1)).toBe(true);
  });

  it('keeps the link of prompt and output in a joint mixture', () => {
    const component = (weight: number, size: number) => ({
      weight,
      prompt: uniform(size, size + 9),
      output: constant(size / 10),
    });
    const lengths = { kind: 'joint-mixture', components: [component(3, 1_000), component(1, 100)] } as const;
    const taken = drain(source(plan({ process: 'poisson', ratePerS: 10 }, { lengths })));
    expect(taken.every(({ prompt, output }) => output === (prompt >= 1_000 ? 100 : 10))).toBe(true);
    const share = taken.filter(({ output }) => output === 100).length / taken.length;
    expect(Math.abs(share - 0.75)).toBeLessThan(0.02);
    const none = { kind: 'joint-mixture', components: [] } as const;
    expect(() => source(plan(poisson, { lengths: none }))).toThrow(RangeError);
  });

  it('shares system prompts by Zipf weights, and none on prompts that are too short for one', () => {
    const lengths = { kind: 'independent', prompt: uniform(1, 200), output: constant(1) } as const;
    const of = plan({ process: 'poisson', ratePerS: 10 }, { lengths, prefix: { groups: 4, tokens: 50, zipf: 1 } });
    const taken = drain(source(of, { workloadIndex: 1 }));
    const shared = taken.filter(({ chain }) => chain !== null);
    expect(shared.every(({ prompt }) => prompt > 50)).toBe(true);
    expect(shared).toHaveLength(taken.filter(({ prompt }) => prompt > 50).length);
    const chains = new Set(shared.map(({ chain }) => chain));
    expect(chains.size).toBe(4);
    const first = shared.filter(({ segments }) => segments[0] === Math.min(...[...shared].map((r) => r.segments[0]!)));
    expect(Math.abs(first.length / shared.length - 1 / (1 + 1 / 2 + 1 / 3 + 1 / 4))).toBeLessThan(0.03);
    const ids = (workloadIndex: number, name: string) =>
      new Set(drain(source(of, { workloadIndex, name })).flatMap(({ segments }) => segments));
    expect(ids(1, 'w/elsewhere')).toEqual(ids(1, 'w/site'));
    expect([...ids(2, 'w/site')].some((id) => ids(1, 'w/site').has(id))).toBe(false);
    expect(() => source({ ...of, prefix: { groups: 0, tokens: 1, zipf: 0 } })).toThrow(RangeError);
  });

  it('stops at the horizon and at the most requests', () => {
    const taken = drain(source(plan(poisson), { horizonS: 50 }));
    expect(taken.at(-1)!.timeS).toBeLessThan(50);
    expect(drain(source(plan(poisson, { maxRequests: 7 })))).toHaveLength(7);
    expect(source(plan(poisson), { horizonS: 0 }).nextS).toBe(Number.POSITIVE_INFINITY);
  });

  it('bootstraps whole rows of a list of lengths, reading it once for all sources', () => {
    const rows = Array.from({ length: 50 }, (_, i) => `${i + 1},${1_000 - i}`);
    const content = `prompt_tokens,output_tokens\n${rows.join('\n')}\n`;
    let opened = 0;
    const openBytes = (path: string) => {
      opened++;
      return openContent(content, 4_096)(path);
    };
    const of = plan(poisson, { lengths: { kind: 'bootstrap', trace: trace({ format: 'lengths' }) } });
    const streams = new RandomStreams(1, 0);
    const taken = drain(source(of, { openBytes, streams }));
    expect(taken.every(({ prompt, output }) => prompt + output === 1_001)).toBe(true);
    expect(new Set(taken.map(({ prompt }) => prompt)).size).toBe(50);
    source(of, { openBytes, streams, name: 'w/other' });
    expect(opened).toBe(1);
    expect(MAX_TABLE_ROWS).toBe(1_000_000);
  });

  it('keeps a uniform sample of a trace that is too long for the table', () => {
    const content = `prompt_tokens,output_tokens\n${Array.from({ length: 4_000 }, (_, i) => `${i + 1},1`).join('\n')}`;
    const file = { path: 't', format: 'lengths', badRows: 'refuse' } as const;
    const streams = new RandomStreams(3, 0);
    let sum = 0;
    for (let run = 0; run < 20; run++) {
      const table = readLengthTable(openContent(content, 4_096), file, streams.stream(`run ${run}`), 100);
      expect(table.rows).toBe(100);
      const kept = table.promptTokens.subarray(0, table.rows);
      expect(new Set(kept).size).toBe(100);
      sum += kept.reduce((total, value) => total + value, 0) / 100;
    }
    // Mean of 20 x 100 of 4,000 values: 2000.5 with a standard error of 25.
    expect(Math.abs(sum / 20 - 2_000.5)).toBeLessThan(100);
  });
});

describe('closed loop', () => {
  /** Serves each request in `serviceS`, in order of completion; returns the greatest number outstanding and what was sent. */
  function serve(users: number, serviceS: (k: number) => number, more = {}) {
    const closed = source(plan({ process: 'closed', users, thinkS: uniform(0.5, 4), rampS: 10 }, more));
    const table = new RequestTable(2);
    const ends: { timeS: number; slot: number }[] = [];
    const sent: { user: number; timeS: number; prompt: number; output: number; slot: number }[] = [];
    let most = 0;
    for (;;) {
      ends.sort((a, b) => a.timeS - b.timeS);
      const end = ends[0];
      if (end !== undefined && end.timeS <= closed.nextS) {
        ends.shift();
        const before = closed.nextS;
        const changed = closed.settle(
          table,
          end.slot,
          end.timeS,
          sent.length % 4 === 0 ? Outcome.TIMED_OUT : Outcome.COMPLETED,
        );
        expect(changed).toBe(closed.nextS !== before);
        expect(closed.nextS).toBeGreaterThanOrEqual(end.timeS);
        table.release(end.slot);
      } else if (Number.isFinite(closed.nextS)) {
        const slot = table.allocate();
        const timeS = closed.nextS;
        closed.take(table, slot);
        const at = (column: Int32Array) => column[slot]!;
        sent.push({
          user: table.sessionId[slot]!,
          timeS,
          prompt: at(table.promptTokens),
          output: at(table.outputTokens),
          slot,
        });
        ends.push({ timeS: timeS + serviceS(sent.length), slot });
      } else if (ends.length === 0) {
        return { most, sent, counts: closed.counts };
      }
      most = Math.max(most, ends.length);
    }
  }

  it('never has more than N requests outstanding, and keeps every user going', () => {
    const { most, sent, counts } = serve(5, () => 3);
    expect(most).toBeLessThanOrEqual(5);
    expect(most).toBeGreaterThanOrEqual(4);
    expect(counts.emitted).toBe(sent.length);
    // Each user turns once in 3 s of service and 2.25 s of thinking on average.
    expect(Math.abs(sent.length / ((5 * 1_000) / 5.25) - 1)).toBeLessThan(0.05);
    expect(sent.slice(0, 2).map(({ timeS }) => timeS)).toEqual([0, 2]);
    expect(new Set(sent.map(({ user }) => user))).toEqual(new Set([0, 1, 2, 3, 4]));
  });

  it('gives turn k of user u the same lengths and think time however fast requests are served', () => {
    const byUser = (sent: ReturnType<typeof serve>['sent']) => {
      const turns = new Map<number, number[][]>();
      for (const { user, prompt, output } of sent) {
        const list = turns.get(user) ?? [];
        list.push([prompt, output]);
        turns.set(user, list);
      }
      return turns;
    };
    const slow = byUser(serve(4, (k) => (k % 3) * 5 + 0.1).sent);
    const fast = byUser(serve(4, () => 0.01).sent);
    for (const [user, turns] of slow) expect(fast.get(user)!.slice(0, turns.length)).toEqual(turns);
    expect(slow.get(0)).not.toEqual(slow.get(1));
    const gaps = (serviceS: number) => {
      const own = serve(1, () => serviceS).sent.map(({ timeS }) => timeS);
      return own.slice(1, 50).map((timeS, i) => timeS - own[i]! - serviceS);
    };
    const thinkSlow = gaps(7);
    gaps(1).forEach((thinkS, i) => {
      expect(thinkS).toBeCloseTo(thinkSlow[i]!, 9);
    });
    expect(new Set(thinkSlow.map((x) => x.toFixed(6))).size).toBe(49);
  });

  it('stops for good after the most requests, and has no traffic at a site without users', () => {
    expect(serve(3, () => 1, { maxRequests: 10 }).sent).toHaveLength(10);
    const of = plan({ process: 'closed', users: 1, thinkS: constant(1), rampS: 0 });
    const next = Array.from({ length: 40 }, (_, site) => source(of, { name: `w/${site}`, rateMultiplier: 0.5 }).nextS);
    expect(new Set(next)).toEqual(new Set([0, Number.POSITIVE_INFINITY]));
  });

  it('keeps a user away for the pause after a request that did not complete, thinking included', () => {
    const backAfter = (outcome: number, thinkS: number, failurePauseS?: number) => {
      const of = plan({ process: 'closed', users: 1, thinkS: constant(thinkS), rampS: 0 }, { lengths: fixedLengths });
      const closed = source(of, failurePauseS === undefined ? {} : { failurePauseS });
      const table = new RequestTable(1);
      const slot = table.allocate();
      closed.take(table, slot);
      closed.settle(table, slot, 5, outcome);
      return closed.nextS - 5;
    };
    for (const outcome of [Outcome.REJECTED, Outcome.FAILED, Outcome.TIMED_OUT]) {
      expect(backAfter(outcome, 0, 2)).toBe(2);
      expect(backAfter(outcome, 0.5, 2)).toBe(2);
      expect(backAfter(outcome, 3, 2)).toBe(3);
      expect(backAfter(outcome, 0, 0)).toBeCloseTo(0.001, 12);
      expect(backAfter(outcome, 0)).toBeCloseTo(0.001, 12);
    }
    expect(backAfter(Outcome.COMPLETED, 0, 2)).toBe(0);
    expect(() => backAfter(Outcome.COMPLETED, 0, -1)).toThrow(RangeError);
  });

  it('lets users come back later in quiet hours', () => {
    const profile = { multipliers: [0.1], startHour: 0 };
    const of = plan({ process: 'closed', users: 1, thinkS: constant(2), rampS: 0 }, { profile, lengths: fixedLengths });
    const closed = source(of);
    const table = new RequestTable(1);
    const slot = table.allocate();
    closed.take(table, slot);
    expect(closed.nextS).toBe(Number.POSITIVE_INFINITY);
    expect(closed.settle(table, slot, 5, Outcome.COMPLETED)).toBe(true);
    expect(closed.nextS).toBeCloseTo(25, 9);
  });
});

describe('ready workloads', () => {
  it('all run as they are, with sources and plausible lengths', () => {
    for (const profile of lengthProfiles()) {
      expect(profile.source.length).toBeGreaterThan(20);
      expect(findLengthProfile(profile.id)).toBe(profile);
      if (profile.rateProfileId !== undefined) expect(findRateProfile(profile.rateProfileId)).toBeDefined();
      const of = plan(profile.arrivals, { ...profile, id: profile.id });
      const taken = drain(source(of), 2_000);
      expect(taken.length).toBeGreaterThan(50);
      expect(
        taken.every(({ prompt, output }) => prompt <= profile.maxPromptTokens && output <= profile.budgetTokens),
      ).toBe(true);
    }
    expect(findLengthProfile('unknown')).toBeUndefined();
  });

  it('have the means of their records', () => {
    const mean = (id: string) => {
      const { lengths, thinking } = findLengthProfile(id)!;
      const parts =
        lengths.kind === 'joint-mixture'
          ? lengths.components
          : lengths.kind === 'independent'
            ? [{ ...lengths, weight: 1 }]
            : [];
      const weight = parts.reduce((sum, part) => sum + part.weight, 0);
      const of = (field: 'prompt' | 'output') =>
        parts.reduce((sum, part) => sum + (part.weight / weight) * createSampler(part[field]).mean, 0);
      return [of('prompt'), of('output') + (thinking === undefined ? 0 : createSampler(thinking).mean)];
    };
    const expected: [string, number, number, number][] = [
      ['azure-conv-2023', 1_155, 211, 0.02],
      ['azure-code-2023', 2_048, 27.9, 0.06],
      ['mooncake-conv', 12_035, 343, 0.02],
      ['arxiv-summarization', 2_588, 291, 0.02],
      ['deepseek-r1', 1_268, 1_221, 0.08],
    ];
    for (const [id, prompt, output, tolerance] of expected) {
      const [gotPrompt, gotOutput] = mean(id);
      expect(Math.abs(gotPrompt! / prompt - 1)).toBeLessThan(tolerance);
      expect(Math.abs(gotOutput! / output - 1)).toBeLessThan(tolerance);
    }
  });
});
