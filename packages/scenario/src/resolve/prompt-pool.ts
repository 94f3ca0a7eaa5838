/** The prompts that a benchmark's client makes once and sends again, and stages of one load test that share them. */

import { MAX_POOL_PROMPTS, type PromptPoolSpec } from '@infersim/workload';
import type { WorkloadInput } from '../schema/workload-fields.js';
import type { Path } from '../yaml/located.js';
import type { ResolveContext } from './context.js';

/** The client's prompts; undefined when there are none, null after filing why they cannot be. */
export function resolvePromptPool(
  ctx: ResolveContext,
  path: Path,
  input: WorkloadInput,
): PromptPoolSpec | null | undefined {
  const pool = input.prompt_pool;
  if (pool === undefined) return undefined;
  const at: Path = [...path, 'prompt_pool'];
  const other = input.prefix !== undefined ? 'prefix' : input.trace !== undefined ? 'trace' : undefined;
  if (other !== undefined) {
    ctx.problemAtKey(at, {
      code: 'SCENARIO_CONFLICT',
      message: `workload \`${input.id}\` has both \`prompt_pool\` and \`${other}\``,
      allowed: [
        other === 'prefix'
          ? 'one of them; a pool has shared beginnings of its own'
          : 'one of them; a trace has prompts',
      ],
    });
    return null;
  }
  const prompts = pool.beginnings * pool.prompts_per_beginning;
  if (prompts > MAX_POOL_PROMPTS) {
    ctx.problem([...at, 'prompts_per_beginning'], {
      code: 'SCENARIO_RANGE',
      message: `the pool has ${prompts} prompts`,
      given: String(pool.prompts_per_beginning),
      allowed: [`at most ${MAX_POOL_PROMPTS} prompts; without a pool each request has a prompt of its own`],
    });
    return null;
  }
  const owner = poolOwner(ctx, at, input, Number(path[1]));
  if (owner === null) return null;
  return {
    beginnings: pool.beginnings,
    beginningTokens: pool.beginning_tokens,
    promptsPerBeginning: pool.prompts_per_beginning,
    order: pool.order,
    ...(owner === undefined ? {} : { owner }),
  };
}

/** What has to agree for two workloads to have the same prompts. */
function promptsOf({
  prompt_pool: pool,
  lengths,
  input_tokens,
  output_tokens,
  max_input_tokens,
}: WorkloadInput): string {
  const counts = [pool?.beginnings, pool?.beginning_tokens, pool?.prompts_per_beginning];
  return JSON.stringify([counts, lengths, input_tokens, output_tokens, max_input_tokens]);
}

/** The first workload that names the same pool; undefined when this one does, null after filing why they differ. */
function poolOwner(
  ctx: ResolveContext,
  at: Path,
  input: WorkloadInput,
  index: number,
): PromptPoolSpec['owner'] | null | undefined {
  const name = input.prompt_pool?.id;
  if (name === undefined) return undefined;
  const first = ctx.scenario.workloads.findIndex((other) => other.prompt_pool?.id === name);
  const owner = ctx.scenario.workloads[first];
  if (owner === undefined || first >= index) return undefined;
  if (promptsOf(owner) === promptsOf(input)) return { workloadId: owner.id, workloadIndex: first };
  ctx.problem([...at, 'id'], {
    code: 'SCENARIO_CONFLICT',
    message: `workloads \`${owner.id}\` and \`${input.id}\` name the same prompt pool, but make other prompts`,
    given: name,
    allowed: ['the same beginnings, prompts and lengths in both, or another `id`'],
  });
  return null;
}
