import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { createStepModel } from '../src/create-step-model.js';
import type { DeploymentSpec } from '../src/deployment.js';
import { planMemory } from '../src/memory.js';
import { Cost } from '../src/step-model.js';
import { decodeCost, mixedCost, type Piece } from './deployments.js';

/** Entries and prices of 2026-10, before expert parallelism, clocks and block scales were added: constants are frozen in the file. */
interface Recorded {
  readonly models: Record<string, DeploymentSpec['model']>;
  readonly devices: Record<string, DeploymentSpec['device']>;
  readonly engines: Record<string, DeploymentSpec['engine']>;
  readonly base: Omit<DeploymentSpec, 'model' | 'device' | 'engine'>;
  readonly points: readonly { readonly contexts: number[]; readonly chunks: Piece[] }[];
  readonly cases: readonly {
    readonly model: string;
    readonly device: string;
    readonly engine: string;
    readonly options: Partial<DeploymentSpec>;
    readonly blocks: number;
    readonly prices: readonly (readonly (number | 'Infinity')[])[];
  }[];
}

const recorded = JSON.parse(
  readFileSync(fileURLToPath(new URL('fixtures/golden-prices.json', import.meta.url)), 'utf8'),
) as Recorded;

describe('a deployment without the newer options', () => {
  it.each(recorded.cases.map((entry) => [`${entry.model} on ${entry.device}`, entry] as const))(
    '%s is priced to the last bit as before they existed',
    (_name, entry) => {
      const model = recorded.models[entry.model];
      const device = recorded.devices[entry.device];
      const engine = recorded.engines[entry.engine];
      if (model === undefined || device === undefined || engine === undefined) throw new Error('broken fixture');
      const plain = { model, device, engine, ...recorded.base, ...entry.options };
      // Spelling the defaults out must change nothing either.
      const explicit = {
        ...plain,
        expertParallel: 1,
        dataParallelAttention: 1,
        blockScaledWeights: false,
        clockRatio: 1,
      };
      const unlimited = { ...explicit, powerLimitW: device.tdpW.value };
      for (const spec of [plain, explicit, unlimited]) {
        const stepModel = createStepModel(spec);
        expect(planMemory(spec).blocks).toBe(entry.blocks);
        recorded.points.forEach(({ contexts, chunks }, i) => {
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
