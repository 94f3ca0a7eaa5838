/**
 * The catalog as a scenario sees it: devices and engines with the constants that its overlay files change.
 *
 * Files are read in the order of `catalog`; where two change the same constant, the later one wins. Devices of the scenario's
 * own are laid over these. What is wrong in a file points at its own line and says where the scenario names it.
 */

import {
  type ConstantChange,
  type DeviceEntry,
  devices,
  type EngineEntry,
  engines,
  findDevice,
  findEngine,
  withConstants,
} from '@infersim/catalog';
import { checkDevice, DeploymentError } from '@infersim/devices';
import { fileMessage } from '../layer/extends.js';
import { type LocatedChange, parseOverlay } from '../overlay/overlay-file.js';
import { problemAt } from '../problem.js';
import { type Path, pathText } from '../yaml/located.js';
import type { ResolveContext } from './context.js';

/** A constant as an overlay file has changed it. */
export interface OverlaidConstant extends LocatedChange {
  /** File as the scenario names it. */
  readonly file: string;
}

export class OverlaidCatalog {
  readonly #devices = new Map<string, DeviceEntry>();
  readonly #engines = new Map<string, EngineEntry>();

  /** Reads the overlays that a scenario names; every fault is filed with the context. */
  constructor(ctx: ResolveContext) {
    for (const [index, file] of (ctx.scenario.catalog ?? []).entries()) {
      const at: Path = ['catalog', index];
      for (const change of readOverlay(ctx, at, file)) {
        const before = ctx.overlaid.findIndex(
          ({ kind, id, path }) => kind === change.kind && id === change.id && path === change.path,
        );
        if (before >= 0) ctx.overlaid.splice(before, 1);
        ctx.overlaid.push({ ...change, file });
      }
    }
    const changed = new Map<string, OverlaidConstant[]>();
    for (const constant of ctx.overlaid) {
      const key = `${constant.kind}/${constant.id}`;
      changed.set(key, [...(changed.get(key) ?? []), constant]);
    }
    for (const constants of changed.values()) this.#change(ctx, constants);
  }

  /** The device of that id or alias, or undefined. */
  device(id: string): DeviceEntry | undefined {
    const known = findDevice(id);
    return known === undefined ? undefined : (this.#devices.get(known.id) ?? known);
  }

  /** The engine profile of that id, or undefined. */
  engine(id: string): EngineEntry | undefined {
    const known = findEngine(id);
    return known === undefined ? undefined : (this.#engines.get(known.id) ?? known);
  }

  deviceIds(): string[] {
    return devices().map((entry) => entry.id);
  }

  engines(): readonly EngineEntry[] {
    return engines();
  }

  #change(ctx: ResolveContext, constants: readonly OverlaidConstant[]): void {
    const first = constants[0];
    if (first === undefined) return;
    const changes: Record<string, ConstantChange> = {};
    for (const { path, change } of constants) changes[path] = change;
    if (first.kind === 'engines') {
      const entry = findEngine(first.id);
      if (entry !== undefined) this.#engines.set(entry.id, withConstants(entry, changes));
      return;
    }
    const entry = findDevice(first.id);
    if (entry === undefined) return;
    const device = withConstants(entry, changes);
    try {
      checkDevice(device);
      this.#devices.set(entry.id, device);
    } catch (error) {
      if (!(error instanceof DeploymentError)) throw error;
      const named = constants.find(({ path }) => error.message.includes(path)) ?? first;
      ctx.problems.push(
        problemAt(named.place, pathText(['devices', first.id, named.path]), {
          code: 'OVERLAY_DEVICE',
          message: error.message,
          given: String(error.given),
          allowed: [error.allowed],
        }),
      );
    }
  }
}

function readOverlay(ctx: ResolveContext, at: Path, file: string): readonly LocatedChange[] {
  const label = ctx.files.resolvePath(file, ctx.sourceLabel(at));
  let bytes: Uint8Array;
  try {
    bytes = ctx.files.readBytes(label);
  } catch (error) {
    ctx.problem(at, {
      code: 'SCENARIO_OVERLAY_FILE',
      message: fileMessage(file, error),
      given: ctx.givenText(at),
      allowed: ['a readable overlay file'],
    });
    return [];
  }
  const { changes, problems } = parseOverlay(label, bytes);
  const note = `named at ${ctx.sourceLabel(at)}, ${pathText(at)}`;
  for (const problem of problems) ctx.problems.push({ ...problem, notes: [...(problem.notes ?? []), note] });
  return changes;
}
