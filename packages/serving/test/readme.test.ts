/** The example of the README does what it says. */

import { readFileSync } from 'node:fs';
import { RequestTable } from '@infersim/workload';
import { describe, expect, it } from 'vitest';
import { createReplica, type ReplicaListener, ServiceColumns } from '../src/index.js';
import { WHOLE_SHIFT, Whole } from '../src/service-columns.js';
import { LinearModel, UNIT } from './linear-model.js';
import { SETTINGS } from './world.js';

describe('the README example', () => {
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');

  it('names only what the package exports', async () => {
    const names = /import \{([^}]*)\} from '@infersim\/serving'/.exec(readme)?.[1]?.split(',') ?? [];
    const exported = Object.keys(await import('../src/index.js'));
    expect(names.length).toBe(4);
    for (const name of names) expect(exported).toContain(name.trim());
  });

  it('comes to the numbers it gives', () => {
    const silent: ReplicaListener = {
      onFirstToken: () => undefined,
      onFinished: () => undefined,
      onPreempted: () => undefined,
      onRefused: () => undefined,
      onCancelled: () => undefined,
      onSegment: () => undefined,
    };
    const table = new RequestTable();
    const columns = new ServiceColumns();
    const settings = { ...SETTINGS, maxNumBatchedTokens: 2048 };
    const model = new LinearModel(UNIT);
    const replica = createReplica({
      index: 0,
      settings,
      model,
      table,
      columns,
      listener: silent,
      workloads: 1,
      stepByStep: false,
    });
    const slot = table.allocate();
    table.promptTokens[slot] = 1000;
    table.outputTokens[slot] = 200;
    replica.enqueue(slot, 0);
    let boundaries = 0;
    for (; replica.boundaryS < Number.POSITIVE_INFINITY; boundaries++) replica.onBoundary(replica.boundaryS);
    expect(readme).toContain(
      `columns.whole[(slot << WHOLE_SHIFT) | Whole.GENERATED_TOKENS]; // ${columns.whole[(slot << WHOLE_SHIFT) | Whole.GENERATED_TOKENS]}\n`,
    );
    expect(readme).toContain(`boundaries; // ${boundaries}:`);
  });
});
