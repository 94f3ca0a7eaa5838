import { describe, expect, it } from 'vitest';
import { allocationSites, type ProfileNode } from '../src/allocation-sites.js';

const node = (name: string, url: string, selfSize: number, children: ProfileNode[] = []): ProfileNode => ({
  callFrame: { functionName: name, url, lineNumber: 9 },
  selfSize,
  children,
});
const file = (path: string) => `file:///somewhere/packages/${path}`;

describe('a heap profile by function', () => {
  it('adds up a function over all paths, most bytes first', () => {
    const profile = node('(root)', '', 0, [
      node('run', file('kernel/dist/run-loop.js'), 10, [node('price', file('devices/dist/gemm.js'), 30)]),
      node('price', file('devices/dist/gemm.js'), 5),
    ]);
    expect(allocationSites(profile)).toEqual([
      { site: 'price (devices/dist/gemm.js:10)', bytes: 35 },
      { site: 'run (kernel/dist/run-loop.js:10)', bytes: 10 },
    ]);
  });

  it('gives what a built-in allocates to the function that called it', () => {
    const profile = node('(root)', '', 0, [
      node('read', file('workload/dist/trace/rows.js'), 0, [node('next', '', 7, [node('', '', 1)])]),
      node('(GC)', '', 3),
    ]);
    expect(allocationSites(profile)).toEqual([
      { site: 'read (workload/dist/trace/rows.js:10) > next', bytes: 7 },
      { site: '(program)', bytes: 3 },
      { site: 'read (workload/dist/trace/rows.js:10) > (anonymous)', bytes: 1 },
    ]);
  });
});
