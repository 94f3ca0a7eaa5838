/** Whether a model can be shared out as the user says: refused here, where the place is known. */

import type { DeviceEntry } from '@infersim/catalog';
import type { DeployedModel } from '@infersim/devices';
import type { PoolInput } from '../schema/pool-fields.js';
import type { Path } from '../yaml/located.js';
import type { ResolveContext } from './context.js';

/** Devices without a link of their own exchange over the host; more than the slots of a server cannot. */
const HOST_SLOTS = 8;

/** Whether the degrees of parallelism can be; files why not. */
export function checkParallelism(
  ctx: ResolveContext,
  path: Path,
  pool: PoolInput,
  model: DeployedModel,
  device: DeviceEntry,
): boolean {
  const { tp, pp, dp, ep } = pool.parallelism;
  const at: Path = [...path, 'parallelism'];
  const shape = model.architecture;
  if (device.execution !== 'batched') {
    const key = (['tp', 'pp', 'dp', 'ep'] as const).find((each) => pool.parallelism[each] > 1);
    if (key === undefined) return true;
    const why =
      device.execution === 'sram-pipeline' ? 'the number of chips follows from the weights' : 'it runs one stream';
    ctx.problem([...at, key], {
      code: 'SCENARIO_PARALLELISM',
      message: `\`${device.id}\` takes no parallelism: ${why}`,
      given: String(pool.parallelism[key]),
      allowed: ['1'],
    });
    return false;
  }
  if (shape !== undefined && shape.heads % tp !== 0) {
    ctx.problem([...at, 'tp'], {
      code: 'SCENARIO_PARALLELISM',
      message: `tp ${tp} does not divide the ${shape.heads} heads of \`${model.id}\``,
      given: String(tp),
      allowed: divisors(shape.heads).map(String),
    });
    return false;
  }
  if (shape !== undefined && pp > shape.layers) {
    ctx.problem([...at, 'pp'], {
      code: 'SCENARIO_PARALLELISM',
      message: `pp ${pp} exceeds the ${shape.layers} layers of \`${model.id}\``,
      given: String(pp),
      allowed: [`at most ${shape.layers}`],
    });
    return false;
  }
  const domain = device.scaleUpDevices?.value ?? HOST_SLOTS;
  if (tp > domain) {
    ctx.problem([...at, 'tp'], {
      code: 'SCENARIO_PARALLELISM',
      message: `tp ${tp} exceeds the ${domain} \`${device.id}\` that one link domain joins`,
      given: String(tp),
      allowed: [`at most ${domain}; use pp to span domains`],
    });
    return false;
  }
  return (dp === 1 && ep === 1) || checkExperts(ctx, at, pool.parallelism, model);
}

/** Data-parallel attention and expert parallelism: what they share out are experts. */
function checkExperts(
  ctx: ResolveContext,
  at: Path,
  { tp, pp, dp, ep }: PoolInput['parallelism'],
  model: DeployedModel,
): boolean {
  const refuse = (key: 'dp' | 'ep', message: string, ...allowed: string[]) => {
    ctx.problem([...at, key], {
      code: 'SCENARIO_PARALLELISM',
      message,
      given: String(key === 'dp' ? dp : ep),
      allowed,
    });
    return false;
  };
  const moe = model.architecture?.moe;
  if (moe === undefined)
    return dp > 1
      ? refuse(
          'dp',
          `\`${model.id}\` has no experts that ranks of data-parallel attention could share`,
          '1; use `replicas`',
        )
      : refuse('ep', `\`${model.id}\` has no experts`, '1');
  if (dp > 1 && pp > 1) return refuse('dp', `dp ${dp} and pp ${pp} together are not modelled`, '1, or `pp: 1`');
  if (moe.experts % ep !== 0 || (tp * dp) % ep !== 0)
    return refuse(
      'ep',
      `ep ${ep} does not divide both the ${moe.experts} experts of \`${model.id}\` and the ${tp * dp} devices of tp x dp`,
      ...divisors(tp * dp)
        .filter((each) => moe.experts % each === 0)
        .map(String),
    );
  return true;
}

/** Divisors beyond this are not listed. */
const MOST_DIVISORS = 64;

function divisors(n: number): number[] {
  const found: number[] = [];
  for (let d = 1; d <= Math.min(n, MOST_DIVISORS); d++) if (n % d === 0) found.push(d);
  return found;
}
