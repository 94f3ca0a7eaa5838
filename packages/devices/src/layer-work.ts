/**
 * Everything in a step that depends on one token count: all layers' matrix products, glue, collectives and experts by the
 * number of tokens M; LM head and sampling by the number of logit rows S.
 *
 * Dense GQA layer on one device of t: QKV N=(h+2*max(g,t))*dh/t, K=d; output N=d, K=h*dh/t; FFN up N=(1 or 2)*f/t, K=d; down
 * N=d, K=f/t. MLA: down-projections replicated, up-projections split by heads. State layers are one product of their
 * parameters. Mixture-of-experts layers: router, shared experts, routed experts (split by width). LM head once per step in
 * fp16, N=V/t. Two all-reduces per layer. Times are sums over all layers of one device group.
 *
 * Evaluated only to fill tables, so it is written to be read. Sources: docs/modelling.md, devices.
 */

import type { ModelArchitecture } from '@infersim/catalog';
import { allReduceS, type CollectiveRates } from './collective.js';
import { type GemmRates, gemmBytes, gemmPeakS, gemmS } from './gemm.js';
import { glueBytesPerToken, glueS, samplingBytes } from './glue.js';
import { attentionLayers } from './model-arithmetic.js';
import { type MoeLayer, type MoeRates, moeBytes, moePeakS, moeS } from './moe.js';

/** One matrix product and how many of it a token passes. */
interface Product {
  readonly count: number;
  readonly rates: GemmRates;
  readonly n: number;
  readonly k: number;
  readonly weightBytes: number;
}

/** Cost of a count: seconds, bytes of one device, arithmetic seconds at peak. */
export interface CountCost {
  readonly timeS: number;
  readonly bytes: number;
  readonly computeS: number;
}

/** What the layers of a deployment are made of, per device. */
export interface LayerWorkSetup {
  readonly arch: ModelArchitecture;
  readonly tp: number;
  /** Rates of matrices in the deployment's precision, and of routed experts. */
  readonly matrix: GemmRates;
  readonly head: GemmRates;
  readonly matrixBytes: number;
  readonly embeddingBytes: number;
  readonly expertBytes: number;
  readonly collective: CollectiveRates;
  readonly moe: MoeRates | undefined;
  /** Engine's fixed seconds per layer. */
  readonly layerFixedS: number;
  readonly samplingBytesPerLogit: number;
  /** Bandwidth for element-wise kernels and sampling, bytes/s. */
  readonly bandwidthBps: number;
}

const FP16_BYTES = 2;

/** Costs by token count and by logit rows. Immutable; every call computes anew. */
export class LayerWork {
  readonly #setup: LayerWorkSetup;
  readonly #products: readonly Product[];
  readonly #glueBytes: number;
  readonly #moeLayer: MoeLayer | undefined;
  readonly #moeLayers: number;

  constructor(setup: LayerWorkSetup) {
    this.#setup = setup;
    this.#products = layerProducts(setup);
    this.#glueBytes = meanGlueBytes(setup);
    const moe = setup.arch.moe;
    this.#moeLayers = moe?.moeLayers ?? 0;
    this.#moeLayer =
      moe === undefined
        ? undefined
        : {
            experts: moe.experts,
            expertsPerToken: moe.expertsPerToken,
            hidden: setup.arch.hidden,
            width: moe.expertIntermediate / setup.tp,
            weightBytes: setup.expertBytes,
            expertParallel: 1,
          };
  }

  /** All layers for `tokens` tokens. */
  layers(tokens: number): CountCost {
    if (tokens <= 0) return { timeS: 0, bytes: 0, computeS: 0 };
    const { arch, collective, layerFixedS, bandwidthBps, moe } = this.#setup;
    let timeS = 0;
    let bytes = 0;
    let computeS = 0;
    for (const p of this.#products) {
      timeS += p.count * gemmS(p.rates, tokens, p.n, p.k, p.weightBytes);
      bytes += p.count * gemmBytes(p.rates, tokens, p.n, p.k, p.weightBytes);
      computeS += p.count * gemmPeakS(p.rates, tokens, p.n, p.k);
    }
    timeS += arch.layers * glueS(layerFixedS, tokens, this.#glueBytes, bandwidthBps);
    bytes += arch.layers * tokens * this.#glueBytes;
    timeS += 2 * arch.layers * allReduceS(collective, tokens * arch.hidden * FP16_BYTES);
    if (moe !== undefined && this.#moeLayer !== undefined) {
      timeS += this.#moeLayers * moeS(moe, this.#moeLayer, tokens);
      bytes += this.#moeLayers * moeBytes(moe, this.#moeLayer, tokens);
      computeS += this.#moeLayers * moePeakS(moe, this.#moeLayer, tokens);
    }
    return { timeS, bytes, computeS };
  }

  /** LM head and sampling for `rows` rows of logits. */
  rows(rows: number): CountCost {
    if (rows <= 0) return { timeS: 0, bytes: 0, computeS: 0 };
    const { arch, tp, head, embeddingBytes, samplingBytesPerLogit, bandwidthBps } = this.#setup;
    const n = arch.vocab / tp;
    const sampled = samplingBytes(rows, arch.vocab, samplingBytesPerLogit);
    return {
      timeS: gemmS(head, rows, n, arch.hidden, embeddingBytes) + sampled / bandwidthBps,
      bytes: gemmBytes(head, rows, n, arch.hidden, embeddingBytes) + sampled,
      computeS: gemmPeakS(head, rows, n, arch.hidden),
    };
  }
}

function layerProducts(setup: LayerWorkSetup): Product[] {
  const { arch, tp, matrix, head, matrixBytes } = setup;
  const d = arch.hidden;
  const products: Product[] = [];
  const add = (count: number, n: number, k: number): void => {
    if (count > 0 && n > 0 && k > 0) products.push({ count, rates: matrix, n, k, weightBytes: matrixBytes });
  };
  const attention = attentionLayers(arch);
  const mla = arch.mla;
  if (mla === undefined) {
    add(attention, ((arch.heads + 2 * Math.max(arch.kvHeads, tp)) * arch.headDim) / tp, d);
    add(attention, d, (arch.heads * arch.headDim) / tp);
  } else {
    const heads = arch.heads / tp;
    const queryWidth = heads * (mla.nopeHeadDim + mla.ropeHeadDim);
    add(attention, mla.qLoraRank + mla.kvLoraRank + mla.ropeHeadDim, d);
    add(attention, queryWidth, mla.qLoraRank > 0 ? mla.qLoraRank : d);
    add(attention, heads * (mla.nopeHeadDim + mla.valueHeadDim), mla.kvLoraRank);
    add(attention, d, heads * mla.valueHeadDim);
  }
  for (const group of arch.layerGroups) if (group.kind === 'state') add(group.layers, group.paramsPerLayer / d / tp, d);
  const moe = arch.moe;
  const dense = arch.layers - (moe?.moeLayers ?? 0);
  add(dense, ((arch.ffnMatrices - 1) * arch.ffnIntermediate) / tp, d);
  add(dense, d, arch.ffnIntermediate / tp);
  if (moe !== undefined) {
    const shared = (moe.sharedExperts * (moe.sharedIntermediate ?? moe.expertIntermediate)) / tp;
    add(moe.moeLayers, 2 * shared, d);
    add(moe.moeLayers, d, shared);
    products.push({ count: moe.moeLayers, rates: head, n: moe.experts, k: d, weightBytes: FP16_BYTES });
  }
  return products;
}

/** Mean over layers: routed experts account for their own activations, so only shared or dense widths count. */
function meanGlueBytes(setup: LayerWorkSetup): number {
  const { arch, tp } = setup;
  const moe = arch.moe;
  const moeLayers = moe?.moeLayers ?? 0;
  const shared = moe === undefined ? 0 : moe.sharedExperts * (moe.sharedIntermediate ?? moe.expertIntermediate);
  const ffn = ((arch.layers - moeLayers) * arch.ffnIntermediate + moeLayers * shared) / arch.layers;
  const headWidth = ((arch.heads + 2 * Math.max(arch.kvHeads, tp)) * arch.headDim) / tp;
  return glueBytesPerToken(arch.hidden, ffn / tp, headWidth);
}
