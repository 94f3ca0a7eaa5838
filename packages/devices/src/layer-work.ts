/**
 * Everything in a step that depends on one token count: all layers' matrix products, glue, collectives and experts by the
 * number of tokens M; LM head and sampling by the number of logit rows S.
 *
 * Dense GQA layer on one device of t: QKV N=(h+2*max(g,t))*dh/t, K=d; output N=d, K=h*dh/t; FFN up N=(1 or 2)*f/t, K=d; down
 * N=d, K=f/t. MLA: down-projections replicated, up-projections split by heads. State layers are one product of their
 * parameters. Mixture-of-experts layers: router, shared experts, routed experts. LM head once per step in fp16, N=V/t. Two
 * all-reduces per layer. Times are sums over all layers of one device group.
 *
 * With data-parallel attention the tokens of `layers` are those of one rank and the routed experts, which see the tokens of
 * all ranks, are apart in `experts`; a mixture-of-experts layer then has one all-reduce, and an exchange of tokens.
 *
 * Evaluated only to fill tables, so it is written to be read. Sources: docs/modelling.md, devices.
 */

import type { ModelArchitecture } from '@infersim/catalog';
import { allReduceS, type CollectiveRates } from './collective.js';
import { type ExchangeRates, exchangeS } from './expert-exchange.js';
import { type GemmRates, gemmBytes, gemmPeakS, gemmS } from './gemm.js';
import { glueBytesPerToken, glueS, samplingBytes } from './glue.js';
import { attentionLayers } from './model-arithmetic.js';
import { type MoeLayer, type MoeRates, moeBytes, moePeakS, moeS } from './moe.js';
import type { Parallelism } from './parallelism.js';

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
  readonly parallel: Parallelism;
  /** Rates of matrices in the deployment's precision, and of routed experts. */
  readonly matrix: GemmRates;
  readonly head: GemmRates;
  readonly matrixBytes: number;
  /** The same of the attention matrices, which some checkpoints leave in 16 bit. */
  readonly attentionMatrix: GemmRates;
  readonly attentionMatrixBytes: number;
  readonly embeddingBytes: number;
  readonly expertBytes: number;
  /** All-reduce within an attention group. */
  readonly collective: CollectiveRates;
  /** All-reduce over the devices that share the experts; the same as `collective` without data-parallel attention. */
  readonly expertCollective: CollectiveRates;
  readonly exchange: ExchangeRates | undefined;
  readonly moe: MoeRates | undefined;
  /** Engine's fixed seconds per layer. */
  readonly layerFixedS: number;
  /** Traffic of element-wise kernels over that of fused 16-bit ones; absent = 1. */
  readonly activationTraffic?: number;
  readonly samplingBytesPerLogit: number;
  /** Bandwidth for element-wise kernels and sampling, bytes/s. */
  readonly bandwidthBps: number;
}

const FP16_BYTES = 2;
const NOTHING: CountCost = { timeS: 0, bytes: 0, computeS: 0 };

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
    this.#glueBytes = (setup.activationTraffic ?? 1) * meanGlueBytes(setup);
    const moe = setup.arch.moe;
    this.#moeLayers = moe?.moeLayers ?? 0;
    this.#moeLayer =
      moe === undefined
        ? undefined
        : {
            experts: moe.experts,
            expertsPerToken: moe.expertsPerToken,
            hidden: setup.arch.hidden,
            width: (moe.expertIntermediate * setup.parallel.ep) / setup.parallel.expertDevices,
            weightBytes: setup.expertBytes,
            expertParallel: setup.parallel.ep,
          };
  }

  /** All layers for `tokens` tokens of one rank; without data-parallel attention the routed experts too. */
  layers(tokens: number): CountCost {
    if (tokens <= 0) return NOTHING;
    const { arch, collective, layerFixedS, bandwidthBps, parallel } = this.#setup;
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
    const payload = tokens * arch.hidden * FP16_BYTES;
    if (parallel.dp === 1) {
      timeS += 2 * arch.layers * allReduceS(collective, payload);
      const routed = this.#routed(tokens);
      return { timeS: timeS + routed.timeS, bytes: bytes + routed.bytes, computeS: computeS + routed.computeS };
    }
    timeS +=
      (2 * arch.layers - this.#moeLayers) * allReduceS(collective, payload) + this.#moeLayers * this.#exchangeS(tokens);
    return { timeS, bytes, computeS };
  }

  /** Routed experts of all layers for `tokens` tokens of all ranks together; only with data-parallel attention. */
  experts(tokens: number): CountCost {
    const { arch, expertCollective, parallel } = this.#setup;
    const routed = this.#routed(tokens);
    if (parallel.ep > 1 || tokens <= 0) return routed;
    const gatherS = this.#moeLayers * allReduceS(expertCollective, tokens * arch.hidden * FP16_BYTES);
    return { ...routed, timeS: routed.timeS + gatherS };
  }

  #routed(tokens: number): CountCost {
    const { moe } = this.#setup;
    const layer = this.#moeLayer;
    if (moe === undefined || layer === undefined) return NOTHING;
    return {
      timeS: this.#moeLayers * moeS(moe, layer, tokens),
      bytes: this.#moeLayers * moeBytes(moe, layer, tokens),
      computeS: this.#moeLayers * moePeakS(moe, layer, tokens),
    };
  }

  #exchangeS(tokens: number): number {
    const { arch, exchange, collective } = this.#setup;
    if (exchange === undefined || arch.moe === undefined) return 0;
    return exchangeS(exchange, collective, tokens, arch.hidden, arch.moe.expertsPerToken);
  }

  /** LM head and sampling for `rows` rows of logits. */
  rows(rows: number): CountCost {
    if (rows <= 0) return NOTHING;
    const { arch, parallel, head, embeddingBytes, samplingBytesPerLogit, bandwidthBps } = this.#setup;
    const n = arch.vocab / parallel.tp;
    const sampled = samplingBytes(rows, arch.vocab, samplingBytesPerLogit);
    return {
      timeS: gemmS(head, rows, n, arch.hidden, embeddingBytes) + sampled / bandwidthBps,
      bytes: gemmBytes(head, rows, n, arch.hidden, embeddingBytes) + sampled,
      computeS: gemmPeakS(head, rows, n, arch.hidden),
    };
  }
}

function layerProducts(setup: LayerWorkSetup): Product[] {
  const { arch, matrix, head, matrixBytes, attentionMatrix, attentionMatrixBytes } = setup;
  const { tp } = setup.parallel;
  const d = arch.hidden;
  const products: Product[] = [];
  const add = (count: number, n: number, k: number): void => {
    if (count > 0 && n > 0 && k > 0) products.push({ count, rates: matrix, n, k, weightBytes: matrixBytes });
  };
  const addAttention = (n: number, k: number): void => {
    const count = attentionLayers(arch);
    if (count > 0) products.push({ count, rates: attentionMatrix, n, k, weightBytes: attentionMatrixBytes });
  };
  const mla = arch.mla;
  if (mla === undefined) {
    addAttention(((arch.heads + 2 * Math.max(arch.kvHeads, tp)) * arch.headDim) / tp, d);
    addAttention(d, (arch.heads * arch.headDim) / tp);
  } else {
    const heads = arch.heads / tp;
    const queryWidth = heads * (mla.nopeHeadDim + mla.ropeHeadDim);
    addAttention(mla.qLoraRank + mla.kvLoraRank + mla.ropeHeadDim, d);
    addAttention(queryWidth, mla.qLoraRank > 0 ? mla.qLoraRank : d);
    addAttention(heads * (mla.nopeHeadDim + mla.valueHeadDim), mla.kvLoraRank);
    addAttention(d, heads * mla.valueHeadDim);
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
  const { arch } = setup;
  const { tp } = setup.parallel;
  const moe = arch.moe;
  const moeLayers = moe?.moeLayers ?? 0;
  const shared = moe === undefined ? 0 : moe.sharedExperts * (moe.sharedIntermediate ?? moe.expertIntermediate);
  const ffn = ((arch.layers - moeLayers) * arch.ffnIntermediate + moeLayers * shared) / arch.layers;
  const headWidth = ((arch.heads + 2 * Math.max(arch.kvHeads, tp)) * arch.headDim) / tp;
  return glueBytesPerToken(arch.hidden, ffn / tp, headWidth);
}
