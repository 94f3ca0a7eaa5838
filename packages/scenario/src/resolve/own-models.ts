/** Models: those of the scenario (a base with changes, a published config.json, a full shape, or fixed work), then the catalog's. */

import { findModel, type LayerGroup, type ModelArchitecture, models, type Precision } from '@infersim/catalog';
import { architectureFromConfig, type DeployedModel } from '@infersim/devices';
import { fileMessage } from '../layer/extends.js';
import type { ModelInput } from '../schema/inline-fields.js';
import type { Path } from '../yaml/located.js';
import type { ResolveContext } from './context.js';
import { plainPrecision } from './overlays.js';
import { unknownName } from './own-entries.js';

/** Largest config.json read, bytes; published ones have a few kilobytes. */
const MAX_CONFIG_BYTES = 4 * 1024 * 1024;
const MAX_BASES = 16;

const SHAPE_KEYS = [
  'layers',
  'hidden',
  'heads',
  'kv_heads',
  'head_dim',
  'ffn_intermediate',
  'vocab',
  'context_tokens',
] as const;

export class OwnModels {
  readonly #ctx: ResolveContext;
  readonly #built = new Map<string, DeployedModel | null>();

  constructor(ctx: ResolveContext) {
    this.#ctx = ctx;
  }

  checkAll(): void {
    for (const id of Object.keys(this.#ctx.scenario.models)) this.model(id, ['models', id]);
  }

  modelIds(): string[] {
    return [...Object.keys(this.#ctx.scenario.models), ...models().map((entry) => entry.id)];
  }

  /** The model, or null after filing why there is none. */
  model(id: string, path: Path, depth = 0): DeployedModel | null {
    const own = Object.hasOwn(this.#ctx.scenario.models, id) ? this.#ctx.scenario.models[id] : undefined;
    if (own === undefined) {
      const known = findModel(id);
      if (known === undefined) {
        unknownName(this.#ctx, path, 'model', id, this.modelIds(), 'models');
        return null;
      }
      return {
        id: known.id,
        name: known.name,
        sampling: known.sampling,
        nativePrecision: known.nativePrecision,
        architecture: known.architecture,
      };
    }
    const before = this.#built.get(id);
    if (before !== undefined) return before;
    this.#built.set(id, null);
    const model = this.#build(id, own, depth);
    this.#built.set(id, model);
    return model;
  }

  /** Whether a model, or the known one at the bottom of its bases, was published in fp8 with a scale per block. */
  isBlockScaled(id: string): boolean {
    let at = id;
    for (let depth = 0; depth <= MAX_BASES; depth++) {
      const own = Object.hasOwn(this.#ctx.scenario.models, at) ? this.#ctx.scenario.models[at] : undefined;
      if (own === undefined) return findModel(at)?.publishedBlockScaled === true;
      if (own.base === undefined) return false;
      at = own.base;
    }
    return false;
  }

  #build(id: string, own: ModelInput, depth: number): DeployedModel | null {
    const path: Path = ['models', id];
    const sources = (['base', 'config', 'fixed_work'] as const).filter((key) => own[key] !== undefined);
    const [first, second] = sources;
    if (first !== undefined && second !== undefined) {
      this.#ctx.problemAtKey([...path, second], {
        code: 'SCENARIO_CONFLICT',
        message: `model \`${id}\` has both \`${first}\` and \`${second}\``,
        allowed: ['one of base, config, fixed_work, or a full shape'],
      });
      return null;
    }
    const named = (nativePrecision: Precision, name: string, sampling: 'greedy' | 'top-p') => ({
      id,
      name: own.name ?? name,
      nativePrecision: own.native_precision === undefined ? nativePrecision : plainPrecision(own.native_precision),
      sampling: own.sampling ?? sampling,
    });
    if (own.fixed_work !== undefined)
      return {
        ...named('fp16', id, 'greedy'),
        fixedWork: {
          params: own.fixed_work.params,
          flopPerUnit: own.fixed_work.flop_per_unit,
          bytesPerUnit: own.fixed_work.bytes_per_unit,
          residentBytesPerRequest: own.fixed_work.resident_bytes_per_request,
        },
      };
    if (own.config !== undefined) return this.#fromConfig(path, id, own, own.config, named);
    if (own.base !== undefined) {
      if (depth >= MAX_BASES || own.base === id) {
        this.#ctx.problem([...path, 'base'], {
          code: 'SCENARIO_BASE',
          message: `the bases of \`${id}\` lead back to itself, or through more than ${MAX_BASES} others`,
          given: own.base,
          allowed: ['another model'],
        });
        return null;
      }
      const base = this.model(own.base, [...path, 'base'], depth + 1);
      if (base === null) return null;
      const names = named(base.nativePrecision, base.name, base.sampling);
      if (base.architecture === undefined) return { ...names, fixedWork: base.fixedWork };
      return this.#checked(path, { ...names, architecture: overlayShape(own, base.architecture) });
    }
    const missing = SHAPE_KEYS.filter((key) => own[key] === undefined);
    if (missing.length > 0) {
      this.#ctx.problemAtKey(path, {
        code: 'SCENARIO_MISSING_KEY',
        message: `model \`${id}\` lacks ${missing.map((key) => `\`${key}\``).join(', ')}`,
        allowed: ['base: a known model', 'config: a published config.json', 'fixed_work', 'or all of', ...SHAPE_KEYS],
        allowedTitle: 'needed here',
      });
      return null;
    }
    return this.#checked(path, { ...named('fp16', id, 'greedy'), architecture: overlayShape(own, EMPTY_SHAPE) });
  }

  #fromConfig(
    path: Path,
    id: string,
    own: ModelInput,
    file: string,
    named: (
      native: Precision,
      name: string,
      sampling: 'greedy' | 'top-p',
    ) => Omit<DeployedModel, 'architecture' | 'fixedWork'>,
  ): DeployedModel | null {
    const at: Path = [...path, 'config'];
    const resolved = this.#ctx.files.resolvePath(file, this.#ctx.sourceLabel(at));
    let json: unknown;
    try {
      const bytes = this.#ctx.files.readBytes(resolved);
      if (bytes.length > MAX_CONFIG_BYTES) {
        this.#ctx.problem(at, {
          code: 'SCENARIO_MODEL_CONFIG',
          message: `${file} holds ${bytes.length} bytes`,
          given: file,
          allowed: [`a config.json of at most ${MAX_CONFIG_BYTES} bytes`],
        });
        return null;
      }
      json = JSON.parse(new TextDecoder().decode(bytes));
    } catch (error) {
      const isSyntax = error instanceof SyntaxError;
      this.#ctx.problem(at, {
        code: 'SCENARIO_MODEL_CONFIG',
        message: isSyntax ? `${file} is no valid JSON` : fileMessage(file, error),
        given: file,
        allowed: ['a readable config.json'],
      });
      return null;
    }
    const result = architectureFromConfig(json, id);
    if (!result.ok) {
      for (const error of result.errors)
        this.#ctx.problem(at, {
          code: 'SCENARIO_MODEL_CONFIG',
          message: `${file}: \`${error.field}\` is ${JSON.stringify(error.given) ?? 'missing'}`,
          given: file,
          allowed: [error.allowed],
        });
      return null;
    }
    return this.#checked(path, {
      ...named(result.nativePrecision, id, 'top-p'),
      architecture: overlayShape(own, result.architecture),
    } as DeployedModel);
  }

  /** Refuses shapes whose parts contradict each other. */
  #checked(path: Path, model: DeployedModel): DeployedModel | null {
    const shape = model.architecture;
    if (shape === undefined) return model;
    const fault = (key: string, message: string, allowed: string): null => {
      this.#ctx.problem([...path, key], { code: 'SCENARIO_MODEL', message, allowed: [allowed] });
      return null;
    };
    if (shape.heads % shape.kvHeads !== 0)
      return fault(
        'kv_heads',
        `${shape.kvHeads} KV heads do not divide ${shape.heads} heads`,
        `a divisor of ${shape.heads}`,
      );
    const grouped = shape.layerGroups.reduce((sum, group) => sum + group.layers, 0);
    if (grouped !== shape.layers)
      return fault(
        'layer_groups',
        `the groups hold ${grouped} layers, the model ${shape.layers}`,
        `${shape.layers} layers in all`,
      );
    const moe = shape.moe;
    if (moe !== undefined && moe.moeLayers > shape.layers)
      return fault(
        'moe',
        `${moe.moeLayers} layers with experts of ${shape.layers}`,
        `at most ${shape.layers} moe_layers`,
      );
    if (moe !== undefined && moe.expertsPerToken > moe.experts)
      return fault('moe', `${moe.expertsPerToken} of ${moe.experts} experts per token`, `at most ${moe.experts}`);
    return model;
  }
}

const EMPTY_SHAPE: ModelArchitecture = {
  layers: 1,
  hidden: 1,
  heads: 1,
  kvHeads: 1,
  headDim: 1,
  ffnIntermediate: 0,
  ffnMatrices: 3,
  vocab: 1,
  tieEmbeddings: false,
  contextTokens: 1,
  layerGroups: [{ kind: 'full', layers: 1 }],
};

function overlayShape(own: ModelInput, base: ModelArchitecture): ModelArchitecture {
  const layers = own.layers ?? base.layers;
  const { moe: baseMoe, mla: baseMla, ...rest } = base;
  const groups: readonly LayerGroup[] =
    own.layer_groups?.map((group): LayerGroup => {
      if (group.kind === 'full') return { kind: 'full', layers: group.layers };
      if (group.kind === 'window') return { kind: 'window', layers: group.layers, windowTokens: group.window_tokens };
      return {
        kind: 'state',
        layers: group.layers,
        stateBytesPerSequence: group.state_bytes,
        paramsPerLayer: group.params_per_layer,
      };
    }) ?? (own.layers === undefined || own.layers === base.layers ? base.layerGroups : [{ kind: 'full', layers }]);
  const moe =
    own.moe === undefined
      ? baseMoe
      : {
          experts: own.moe.experts,
          expertsPerToken: own.moe.experts_per_token,
          sharedExperts: own.moe.shared_experts,
          expertIntermediate: own.moe.expert_intermediate,
          moeLayers: own.moe.moe_layers,
        };
  const mla =
    own.mla === undefined
      ? baseMla
      : {
          kvLoraRank: own.mla.kv_lora_rank,
          qLoraRank: own.mla.q_lora_rank,
          ropeHeadDim: own.mla.rope_head_dim,
          nopeHeadDim: own.mla.nope_head_dim,
          valueHeadDim: own.mla.value_head_dim,
        };
  return {
    ...rest,
    layers,
    hidden: own.hidden ?? base.hidden,
    heads: own.heads ?? base.heads,
    kvHeads: own.kv_heads ?? base.kvHeads,
    headDim: own.head_dim ?? base.headDim,
    ffnIntermediate: own.ffn_intermediate ?? base.ffnIntermediate,
    ffnMatrices: own.ffn_matrices === 2 ? 2 : own.ffn_matrices === 3 ? 3 : base.ffnMatrices,
    vocab: own.vocab ?? base.vocab,
    tieEmbeddings: own.tie_embeddings ?? base.tieEmbeddings,
    contextTokens: own.context_tokens ?? base.contextTokens,
    layerGroups: groups,
    ...(moe === undefined ? {} : { moe }),
    ...(mla === undefined ? {} : { mla }),
  };
}
