/** Every shipped scenario runs: one replication of each meets all objectives and conserves what has to be conserved. */

import { readdirSync } from 'node:fs';
import { mergeReplications, openFileBytes, runReplication } from '@infersim/runner';
import { describe, expect, it } from 'vitest';
import { loadScenario } from '../src/load.js';
import { formatProblems } from '../src/problem-format.js';

const FOLDER = new URL('../../../scenarios/', import.meta.url);
const NAMES = readdirSync(FOLDER).filter((name) => name.endsWith('.yaml'));

describe('shipped scenarios', () => {
  it.each(NAMES)('%s runs and meets its objectives', (name) => {
    const loaded = loadScenario(new URL(name, FOLDER).pathname);
    if (!loaded.ok) throw new Error(formatProblems(loaded.problems));
    const result = runReplication(loaded.plan, 1, { openBytes: openFileBytes });
    const { objectives } = mergeReplications(loaded.plan, [result]);
    const missed = objectives.filter((each) => !each.passed).map((each) => `${each.objective.name}: ${each.actual}`);
    expect(missed).toEqual([]);
    expect(result.conservation.filter((check) => !check.passed).map((check) => check.name)).toEqual([]);
  });
});
