import { describe, expect, it } from 'vitest';
import { createStepModel } from '../src/create-step-model.js';
import { planMemory } from '../src/memory.js';
import { Cost } from '../src/step-model.js';
import { decodeCost, frozen, frozenEntries, mixedCost } from './deployments.js';

describe('a deployment without the newer options', () => {
  it.each(frozenEntries.cases.map((entry) => [`${entry.model} on ${entry.device}`, entry] as const))(
    '%s is priced to the last bit as before they existed',
    (_name, entry) => {
      const engine = frozenEntries.engines[entry.engine];
      if (engine === undefined) throw new Error(`no frozen engine ${entry.engine}`);
      const plain = { ...frozen(entry.model, entry.device, entry.options), engine };
      // Spelling the defaults out must change nothing either.
      const explicit = {
        ...plain,
        expertParallel: 1,
        dataParallelAttention: 1,
        blockScaledWeights: false,
        clockRatio: 1,
      };
      const unlimited = { ...explicit, powerLimitW: plain.device.tdpW.value };
      for (const spec of [plain, explicit, unlimited]) {
        const stepModel = createStepModel(spec);
        expect(planMemory(spec).blocks).toBe(entry.blocks);
        frozenEntries.points.forEach(({ contexts, chunks }, i) => {
          const cost = chunks.length > 0 ? mixedCost(stepModel, contexts, chunks) : decodeCost(stepModel, contexts);
          const energyJ = stepModel.energyJ(
            cost[Cost.STEP_S]!,
            cost[Cost.KERNEL_S]!,
            cost[Cost.BYTES]!,
            cost[Cost.COMPUTE_S]!,
          );
          expect([...cost, energyJ]).toEqual(entry.prices[i]?.map(Number));
        });
      }
    },
  );
});
