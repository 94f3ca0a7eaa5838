/** The scenarios that come with the product, and the starters of `infersim init`. */

import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { loadScenario } from '../src/load.js';
import { formatProblems } from '../src/problem-format.js';
import { initTemplate, TEMPLATE_KINDS } from '../src/templates.js';
import { loadText } from './memory-files.js';

const FOLDER = new URL('../../../scenarios/', import.meta.url);
const NAMES = readdirSync(FOLDER).filter((name) => name.endsWith('.yaml'));

function load(name: string) {
  const loaded = loadScenario(new URL(name, FOLDER).pathname);
  if (!loaded.ok) throw new Error(formatProblems(loaded.problems));
  return loaded;
}

describe('shipped scenarios', () => {
  it('are the four of the manual and a variant', () => {
    expect(NAMES).toEqual(expect.arrayContaining(['cloud.yaml', 'enterprise.yaml', 'edge.yaml', 'three-grids.yaml']));
    expect(NAMES.some((name) => /^extends:/m.test(readFileSync(new URL(name, FOLDER), 'utf8')))).toBe(true);
  });

  it.each(NAMES)('%s loads without a warning and has objectives', (name) => {
    const { plan, warnings } = load(name);
    expect(formatProblems(warnings)).toBe('');
    expect(plan.objectives.length).toBeGreaterThan(3);
    expect(plan.deterministic).toBe(false);
    expect(plan.world.horizonS).toBeGreaterThan(plan.world.warmupS);
  });

  it('the three grids are all there, spill, and keep European data in Europe', () => {
    const { plan } = load('three-grids.yaml');
    expect([...new Set(plan.world.groups.map((group) => group.grid))]).toEqual(['cloud', 'enterprise', 'edge']);
    const traffic = (id: string) => plan.world.traffic.find((each) => each.workload.id === id);
    expect(traffic('shop-helper')?.route.stages).toHaveLength(3);
    const european = traffic('eu-clinics')?.route;
    const poolIds = european?.stages.flat().map((pool) => plan.world.pools[pool]?.id);
    expect(poolIds).toEqual(['eu-32b']);
    expect(european?.excludedByResidency).toHaveLength(1);
    expect(traffic('chat')?.workload.lengths.kind).toBe('joint-mixture');
  });

  it('the variant changes what it says and nothing else', () => {
    const base = load('three-grids.yaml').plan;
    const busy = load('three-grids-busy.yaml').plan;
    expect(busy.world.groups.find((group) => group.id === 'shops')?.count).toBe(80);
    expect(busy.world.pools.map((pool) => pool.id)).toEqual(base.world.pools.map((pool) => pool.id));
    expect(busy.objectives.map((objective) => objective.name)).toEqual(
      base.objectives.map((objective) => objective.name),
    );
  });
});

describe('starters', () => {
  it.each(TEMPLATE_KINDS)('%s is valid as it is', (kind) => {
    const loaded = loadText(initTemplate(kind, 'mine'));
    expect(loaded.ok ? formatProblems(loaded.warnings) : formatProblems(loaded.problems)).toBe('');
    expect(loaded.ok && loaded.plan.name).toBe('mine');
  });
});
