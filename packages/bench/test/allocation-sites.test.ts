import { describe, expect, it } from 'vitest';
import { allocationSites, type ProfileNode, placesInBundle } from '../src/allocation-sites.js';

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

  it('names the modules that a bundle was made of', () => {
    const lines = [
      '"use strict";',
      '// ../kernel/dist/run-loop.js',
      'function run() {',
      '}',
      '// ../devices/dist/gemm.js',
      'x',
    ];
    const at = (name: string, line: number, url = '/somewhere/child.cjs'): ProfileNode => ({
      callFrame: { functionName: name, url, lineNumber: line - 1 },
      selfSize: 1,
      children: [],
    });
    const profile = node('(root)', '', 0, [
      at('run', 3),
      at('price', 6, 'file:///somewhere/child.cjs'),
      at('other', 3, '/a.cjs'),
    ]);
    expect(allocationSites(profile, placesInBundle('/somewhere/child.cjs', lines))).toEqual([
      { site: '(program)', bytes: 1 },
      { site: 'price (devices/dist/gemm.js:6)', bytes: 1 },
      { site: 'run (kernel/dist/run-loop.js:3)', bytes: 1 },
    ]);
  });
});
