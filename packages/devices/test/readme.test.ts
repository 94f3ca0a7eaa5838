import { readFileSync } from 'node:fs';
import { findDevice, findEngine, findModel } from '@infersim/catalog';
import { describe, expect, it } from 'vitest';
import { COST_CELLS, Cost, createStepModel, planMemory, Work } from '../src/index.js';

describe('the README example', () => {
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');

  it('names only what the package exports', async () => {
    const names = /import \{([^}]*)\} from '@infersim\/devices'/.exec(readme)?.[1]?.split(',') ?? [];
    const exported = Object.keys(await import('../src/index.js'));
    expect(names.length).toBe(5);
    for (const name of names) expect(exported).toContain(name.trim());
  });

  it('prints what it says', () => {
    const spec = {
      model: findModel('llama-3.1-8b')!,
      device: findDevice('h100-sxm')!,
      engine: findEngine('vllm')!,
      tp: 1,
      pp: 1,
      weightPrecision: 'fp16',
      kvPrecision: 'fp16',
      activationPrecision: 'fp16',
      gpuMemoryUtilization: 0.9,
      memoryOverheadBytes: 2e9,
      blockSizeTokens: 16,
      maxNumSeqs: 256,
      maxNumBatchedTokens: 8192,
      maxModelLenTokens: 8192,
      hybridKvCache: true,
    } as const;
    const model = createStepModel(spec);
    const work = new Float64Array(model.workCells);
    const cost = new Float64Array(COST_CELLS);
    work[Work.DECODES] = work[Work.LOGIT_ROWS] = 32;
    work[Work.CONTEXT] = 32 * 1000;
    model.priceDecode(work, cost);
    expect(readme).toContain(`planMemory(spec).kvBytesPerToken; // ${planMemory(spec).kvBytesPerToken}`);
    expect(readme).toContain(`cost[Cost.STEP_S]; // about ${cost[Cost.STEP_S]!.toFixed(3)} s`);
  });
});
