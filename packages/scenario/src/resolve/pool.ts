/** One pool: its model, device and engine, the servers around it, its power and its price. */

import { type DeviceEntry, type GridKind, type RackEntry, racks } from '@infersim/catalog';
import type { PoolPlan } from '@infersim/fleet';
import type { PoolInput } from '../schema/pool-fields.js';
import type { Path } from '../yaml/located.js';
import type { ResolveContext } from './context.js';
import { resolvePoolCost } from './costs.js';
import { resolveEngine } from './engine.js';
import type { OwnEntries } from './own-entries.js';
import type { OwnModels } from './own-models.js';

/** A pool with what sites need to know about it. */
export interface ResolvedPool {
  readonly plan: PoolPlan;
  readonly modelId: string;
  /** Most that one replica can draw, server included, watts. */
  readonly maxW: number;
}

/** Share of the nameplate power beside the devices that servers draw in practice (2.3 to 2.8 of 4.6 kW). Assumed. */
const BESIDE_BUSY_SHARE = 0.6;
/** Power beside a device of which no server is known, as share of its TDP: cards in a server, systems on chip. Assumed. */
const UNKNOWN_SERVER_SHARE = 0.25;
const UNKNOWN_SOC_SHARE = 0.1;
/** Idle part of that power. Assumed. */
const UNKNOWN_IDLE_SHARE = 0.4;

/** Resolves a pool; null after filing why it cannot be. `group` is the index of its site group. */
export function resolvePool(
  ctx: ResolveContext,
  entries: OwnEntries,
  models: OwnModels,
  path: Path,
  pool: PoolInput,
  id: string,
  grid: GridKind,
  group: number,
): ResolvedPool | null {
  const model = models.model(pool.model, [...path, 'model']);
  const device = entries.device(pool.device, [...path, 'device']);
  const rack = resolveRack(ctx, entries, path, pool, device);
  if (model === null || device === null || rack === undefined) return null;
  const engine = resolveEngine(ctx, path, pool, model, device, entries.catalog, models.isBlockScaled(pool.model));
  if (engine === null) return null;
  const devices = engine.memory.devices;
  const host = resolveHost(ctx, path, pool, device, rack, devices);
  const maxW = engine.stepModel.model.maxW + host.busyW;
  const perRack = rack?.deviceCount.value ?? 0;
  const racksFilled = rack === null ? 0 : Math.ceil((pool.replicas * devices) / perRack);
  if (rack !== null) checkRack(ctx, path, rack, maxW, devices, pool.replicas);
  // Nameplate power: what the building is sized for. A rack states it; else device and server at most.
  const nameplateW = rack === null ? maxW : (rack.maxPowerW.value / perRack) * devices;
  const cost = resolvePoolCost(ctx, path, pool, grid, device, rack, devices, nameplateW);
  if (cost === null) return null;
  return {
    modelId: pool.model,
    maxW,
    plan: {
      id,
      group,
      deployment: engine.deployment,
      engine: engine.settings,
      replicas: pool.replicas,
      balance: pool.balance,
      queueLimit: pool.queue_limit === 'none' ? -1 : pool.queue_limit,
      apiS: engine.apiS,
      ...(engine.apiPerPromptTokenS === 0 ? {} : { apiPerPromptTokenS: engine.apiPerPromptTokenS }),
      hostIdleW: host.idleW,
      hostBusyW: host.busyW,
      racks: racksFilled,
      rackId: rack?.id ?? '',
      rackLimitW: rack?.maxPowerW.value ?? 0,
      cost,
    },
  };
}

/** The rack of a pool: named, or the catalog's server of the device; null when there is none, undefined after a fault. */
function resolveRack(
  ctx: ResolveContext,
  entries: OwnEntries,
  path: Path,
  pool: PoolInput,
  device: DeviceEntry | null,
): RackEntry | null | undefined {
  const at: Path = [...path, 'rack'];
  if (pool.rack === undefined) {
    const known = device === null ? undefined : (ctx.scenario.devices[device.id]?.base ?? device.id);
    const server = known === undefined ? undefined : racks().find((entry) => entry.deviceId === known);
    if (server === undefined) return null;
    ctx.fill(at, undefined, server.id, { unit: '', from: 'catalog', source: `server of ${server.deviceId}` });
    return server;
  }
  const rack = entries.rack(pool.rack, at);
  if (rack === null || device === null) return undefined;
  const base = ctx.scenario.devices[device.id]?.base;
  if (rack.deviceId !== undefined && rack.deviceId !== device.id && rack.deviceId !== base) {
    const fitting = entries.rackIds().filter((id) => {
      const holds = racks().find((entry) => entry.id === id)?.deviceId;
      return holds === undefined || holds === device.id;
    });
    ctx.problem(at, {
      code: 'SCENARIO_RACK_DEVICE',
      message: `rack \`${rack.id}\` holds \`${rack.deviceId}\`, not \`${device.id}\``,
      given: rack.id,
      allowed: fitting.length > 0 ? fitting : ['no rack, or one of your own in `racks`'],
    });
    return undefined;
  }
  return rack;
}

function checkRack(
  ctx: ResolveContext,
  path: Path,
  rack: RackEntry,
  maxW: number,
  devices: number,
  replicas: number,
): void {
  const perRack = rack.deviceCount.value;
  const inOne = Math.min(perRack, replicas * devices);
  const drawW = (maxW / devices) * inOne;
  if (drawW <= rack.maxPowerW.value) return;
  ctx.problem(ctx.isWritten([...path, 'rack']) ? [...path, 'rack'] : [...path, 'device'], {
    code: 'SCENARIO_RACK_POWER',
    message: `${inOne} devices can draw ${kilowatts(drawW)} in \`${rack.id}\`, which is built for ${kilowatts(rack.maxPowerW.value)}`,
    allowed: [`a rack of at least ${kilowatts(drawW)}, or \`host\` power that says what the server really draws`],
  });
}

export function kilowatts(watts: number): string {
  return `${Number((watts / 1000).toPrecision(4))} kW`;
}

/** Power of the server around the devices of one replica. */
function resolveHost(
  ctx: ResolveContext,
  path: Path,
  pool: PoolInput,
  device: DeviceEntry,
  rack: RackEntry | null,
  devices: number,
): { idleW: number; busyW: number } {
  const share = device.class === 'npu' ? UNKNOWN_SOC_SHARE : UNKNOWN_SERVER_SHARE;
  const perRack = rack?.deviceCount.value ?? 1;
  const besideMax = rack?.nonDeviceMaxW?.value;
  // A rack built for the devices' own draw leaves nothing beside them (some devices are whole systems).
  const room =
    rack === null ? Number.POSITIVE_INFINITY : Math.max(0, rack.maxPowerW.value / perRack - device.tdpW.value);
  const busyEach =
    besideMax === undefined ? Math.min(device.tdpW.value * share, room) : (besideMax / perRack) * BESIDE_BUSY_SHARE;
  const rackIdle = rack?.idlePowerW?.value;
  const idleKnown = rackIdle === undefined ? busyEach * UNKNOWN_IDLE_SHARE : rackIdle / perRack - device.idleW.value;
  const idleEach = Math.min(Math.max(0, idleKnown), busyEach);
  const origin = {
    unit: 'W',
    from: 'catalog' as const,
    source: rack === null ? 'share of TDP, no server known' : `${rack.id}: power beside the devices`,
    grade: 'assumed' as const,
  };
  const at: Path = [...path, 'host'];
  const busyW = ctx.fill([...at, 'busy_w'], pool.host.busy_w, busyEach * devices, origin);
  return { busyW, idleW: Math.min(ctx.fill([...at, 'idle_w'], pool.host.idle_w, idleEach * devices, origin), busyW) };
}
