/**
 * What the catalog holds: the shapes of its entries. Data only, nothing computed.
 *
 * Base units throughout: bytes, bytes/s, FLOP/s, seconds, watts, US dollars, milliseconds only where the name says `Ms`.
 * An absent optional quantity means "not known or does not exist", never zero.
 */

import type { BenchmarkConstants } from './kernel-benchmarks.js';
import type { Quantity } from './quantity.js';

/** Number formats that weights, KV cache or arithmetic may use; bits are the payload, scales come on top. */
export type Precision = 'fp32' | 'fp16' | 'fp8' | 'int8' | 'fp4' | 'int4' | 'int2';

/** Weight formats of GGUF files (llama.cpp): whole-file mixtures go by the name that the files bear. */
export type GgufFormat =
  | 'F16'
  | 'Q8_0'
  | 'Q6_K'
  | 'Q5_K_M'
  | 'Q5_K_S'
  | 'Q5_0'
  | 'Q4_K_M'
  | 'Q4_0'
  | 'IQ4_XS'
  | 'Q3_K_M'
  | 'Q2_K';

/** Arithmetic rates a device may state. bf16 counts as fp16. */
export type ComputeDtype = 'fp16' | 'fp8' | 'int8' | 'fp4' | 'int4' | 'int2';

export type GridKind = 'cloud' | 'enterprise' | 'edge';

/**
 * How the device runs a model: `batched` (GPU-like, continuous batching over HBM or DRAM), `sram-pipeline` (weights
 * resident in SRAM over many chips, tokens stream through stages), `static-npu` (fixed shapes, one stream).
 */
export type ExecutionKind = 'batched' | 'sram-pipeline' | 'static-npu';

/** Smooth roofline of a matrix product: seconds from rows, columns and depth (modelling: linear layers). */
export interface GemmConstants {
  /** Peak the efficiencies refer to, FLOP/s. */
  readonly peakFlops: Quantity;
  /** Bandwidth the efficiencies refer to, bytes/s. */
  readonly bandwidthBps: Quantity;
  readonly fixedS: Quantity;
  readonly computeEfficiency: Quantity;
  readonly memoryEfficiency: Quantity;
  readonly kneeExponent: Quantity;
  /** Tokens at which small-batch tile waste halves the compute rate; 0 = none. */
  readonly halfEfficiencyTokens: Quantity;
  /** Activation-quantisation traffic factor (0 for fp16). */
  readonly quantisationFactor: Quantity;
}

export interface DecodeAttentionConstants {
  readonly fixedS: Quantity;
  readonly bandwidthEfficiency: Quantity;
  /** Least time per (sequence, KV head), seconds. */
  readonly perHeadS: Quantity;
  readonly computeInefficiency: Quantity;
}

export interface PrefillAttentionConstants {
  readonly fixedS: Quantity;
  readonly computeEfficiency: Quantity;
  readonly underfillFactor: Quantity;
  readonly bandwidthEfficiency: Quantity;
}

/** All-reduce over `ranks` devices: seconds = latencyS + bytes*2(t-1)/t / busBps. */
export interface CollectiveConstants {
  readonly ranks: number;
  readonly latencyS: Quantity;
  readonly busBps: Quantity;
}

/** Extra power over idle when kernels run, memory moves, arithmetic works: watts at full use of each. */
export interface PowerConstants {
  readonly idleInterceptW: Quantity;
  readonly activeW: Quantity;
  readonly memoryW: Quantity;
  readonly computeW: Quantity;
}

/** Shares of the efficiencies that kernels reach which expand narrow weights on the fly. */
export interface WeightOnlyShares {
  readonly computeShare: Quantity;
  readonly memoryShare: Quantity;
}

/**
 * Products with weights in GGUF blocks, as llama.cpp's kernels for the device run them: shares of the device's 16-bit efficiencies
 * by format, and whether larger products first expand the weights to 16 bits in memory.
 */
export interface GgufKernels {
  /** By format; a missing one takes the class default. */
  readonly formats: Partial<Record<GgufFormat, WeightOnlyShares>>;
  /** Absent = weights are expanded inside the product, whatever its rows. */
  readonly expansion?: {
    /** Rows from which narrow weights are written out in 16 bits before the product reads them. */
    readonly fromRows: Quantity;
    /** Share of the memory bandwidth that writing them out reaches. */
    readonly bandwidthEfficiency: Quantity;
  };
}

/** How a device's expert kernels differ from what the engine's constants say (they were fitted on another device). */
export interface MoeDeviceFactors {
  /** Factor on the engine's compute efficiency of experts; absent = 1. */
  readonly computeEfficiencyShare?: Quantity;
  /** Factor on the engine's memory efficiency of experts; absent = 1. */
  readonly memoryEfficiencyShare?: Quantity;
  /** Fixed time of a layer's expert kernels, seconds, in place of the engine's. */
  readonly fixedS?: Quantity;
}

/** Fitted or class-default constants of one device's kernels. */
export interface KernelConstants {
  /** Keyed by arithmetic dtype. `fp16` is always there. */
  readonly gemm: { readonly fp16: GemmConstants } & Partial<Record<ComputeDtype, GemmConstants>>;
  /** Keyed by KV precision; `fp16` is always there. */
  readonly decodeAttention: { readonly fp16: DecodeAttentionConstants } & Partial<
    Record<Precision, DecodeAttentionConstants>
  >;
  readonly prefillAttention: PrefillAttentionConstants;
  readonly collectives: readonly CollectiveConstants[];
  /**
   * Matrix products whose activations are quantised by a kernel of their own, as the kernel benchmarks measured them.
   * `gemm` holds what an engine reaches that fuses the quantisation into the kernel before.
   */
  readonly gemmSeparateQuantisation?: Partial<Record<ComputeDtype, GemmConstants>>;
  /** Matrix products with a scale per 128 x 128 block of weights; absent = the class default. */
  readonly gemmBlockScaled?: Partial<Record<'fp8', GemmConstants>>;
  /** By bits per weight; an absent width takes the class default. */
  readonly weightOnly?: {
    readonly eightBit?: WeightOnlyShares;
    readonly fourBit?: WeightOnlyShares;
    readonly twoBit?: WeightOnlyShares;
  };
  /** Absent = the class default. */
  readonly gguf?: GgufKernels;
  /** Absent = the engine's constants as they are. */
  readonly moe?: MoeDeviceFactors;
  /** All-reduce on PCIe hosts where devices cannot reach each other directly (most workstations). */
  readonly collectivesWithoutPeerAccess?: readonly CollectiveConstants[];
  /** Whether mid-size all-reduces run at 0.65/0.75 of the bus rate (NVLink-class fabrics). */
  readonly collectiveMidSizeSlowdown: boolean;
  /** Streaming multiprocessors (or cores) that a prefill grid has to fill. */
  readonly smCount: Quantity;
  /** What kernel benchmarks see beside; absent = nothing is known. Never part of a step. */
  readonly benchmarks?: BenchmarkConstants;
}

/**
 * Constants of an SRAM pipeline: weights spread over chips, a token passes all stages.
 *
 * The constants were chosen for this reading: chips = ceil(weight bytes / (weightSramShare * sramBytesPerChip));
 * stages = layers * stagesPerLayer, the chips shared out among them (absent: one stage per chip);
 * stage time = max(weight bytes of the stage / (sramBandwidthBps * bandwidthEfficiency), FLOP of the stage /
 * (chips of the stage * peak * computeEfficiency)) + hopS. At one stream the chips of a stage do not add up their
 * bandwidth: they wait for each other, which is why the bandwidth of one chip stands in the formula.
 */
export interface PipelineConstants {
  readonly sramBytesPerChip: Quantity;
  readonly sramBandwidthBps: Quantity;
  /** Fixed time of a chip-to-chip hop, seconds. */
  readonly hopS: Quantity;
  /** Share of SRAM bandwidth a stage reaches. */
  readonly bandwidthEfficiency: Quantity;
  /** Share of peak FLOP/s that prefill reaches. */
  readonly computeEfficiency: Quantity;
  /** Memory beside the SRAM that may hold KV cache, bytes; absent = KV lives in SRAM too. */
  readonly kvBytesPerChip?: Quantity;
  /** Pipeline stages per transformer layer; absent = every chip is one stage. */
  readonly stagesPerLayer?: Quantity;
  /** Share of the SRAM that weights may take; the rest holds KV cache, activations and programs. Absent = 1. */
  readonly weightSramShare?: Quantity;
}

/** Constants of a fixed-shape accelerator with one stream. */
export interface StaticShapeConstants {
  /** Prompt tokens of one compiled prefill chunk. */
  readonly prefillChunkTokens: Quantity;
  /** Prompt tokens that a last, shorter chunk is padded to a multiple of; absent = the whole chunk. */
  readonly prefillPaddingTokens?: Quantity;
  /**
   * Compiled context lengths; a step costs as if the context filled its bucket. A deployment for a shorter context has none
   * longer than that.
   */
  readonly contextBucketsTokens: readonly number[];
  readonly memoryEfficiency: Quantity;
  readonly computeEfficiency: Quantity;
  /** Share of the memory bandwidth at which the KV cache is read; absent = `memoryEfficiency`. */
  readonly kvEfficiency?: Quantity;
  /** Fixed time per step (graph launch, driver), seconds. */
  readonly stepFixedS: Quantity;
  /**
   * Share of the memory bandwidth at which a run of the prompt graph expands the weights before it computes; absent = it
   * reads them while it computes.
   */
  readonly expansionEfficiency?: Quantity;
  /** What a token of the compiled context costs in every attention layer (masks, layouts), seconds: decode and a whole chunk. */
  readonly decodeContextS?: Quantity;
  readonly chunkContextS?: Quantity;
  /** Loading or switching the compiled graph, seconds. */
  readonly graphLoadS: Quantity;
}

export interface DeviceEntry {
  readonly id: string;
  /** Other names that people and tables use for it; look-up by them ignores case. */
  readonly aliases?: readonly string[];
  readonly name: string;
  readonly vendor: string;
  readonly class: 'gpu' | 'asic' | 'npu';
  readonly execution: ExecutionKind;
  readonly gridFit: readonly GridKind[];
  readonly releaseYear: number;
  /** Bytes an engine can use (what the driver reports). */
  readonly memoryBytes: Quantity;
  /** Bytes soldered on, before what driver, firmware or other programs keep. */
  readonly physicalMemoryBytes?: Quantity;
  readonly memoryType: string;
  readonly memoryBandwidthBps: Quantity;
  /** Dense peak rates, FLOP/s or OP/s. */
  readonly peakFlops: { readonly [K in ComputeDtype]?: Quantity };
  /** Rate of another engine on the same chip (neural engine, GPU) that `execution` does not use. */
  readonly auxiliaryOps?: Quantity;
  /** Rate of 16-bit arithmetic that sums in 16 bits, as a multiple of `peakFlops.fp16`; absent = the same rate. */
  readonly halfSumRate?: Quantity;
  /** Rate of 2:4 structured sparse arithmetic as a multiple of the dense rate; absent = none. */
  readonly sparsityRate?: Quantity;
  /** Formats the device's kernels can read weights in without native arithmetic (dequantised on the fly). */
  readonly weightOnly: readonly Precision[];
  readonly interconnect: string;
  /** Per direction. */
  readonly interconnectBps?: Quantity;
  /** Per direction between one pair, where that is less than the device's total (meshes without a switch). */
  readonly interconnectPairBps?: Quantity;
  /** Devices in one scale-up domain. */
  readonly scaleUpDevices?: Quantity;
  readonly hostLink: string;
  readonly hostBps?: Quantity;
  /** Times of the host's work (launches, scheduling) as a multiple of those on a usual x86 host; absent = 1. */
  readonly hostTimeFactor?: Quantity;
  /** Streaming multiprocessors, compute units or GPU cores. */
  readonly smCount?: Quantity;
  readonly tdpW: Quantity;
  /** No process. */
  readonly idleW: Quantity;
  /** Model resident, no work. */
  readonly idleLoadedW: Quantity;
  readonly priceUsd?: Quantity;
  readonly cloudUsdPerH?: Quantity;
  /** Third-party checks of our cost, never inputs to it. */
  readonly checks?: {
    readonly allInKw?: Quantity;
    readonly ownerUsdPerH?: Quantity;
    readonly contractUsdPerH?: Quantity;
  };
  readonly kernels?: KernelConstants;
  /** Fitted power, dense and mixture-of-experts models apart. */
  readonly power?: { readonly dense: PowerConstants; readonly moe?: PowerConstants };
  readonly pipeline?: PipelineConstants;
  readonly staticShape?: StaticShapeConstants;
  readonly notes?: string;
}

/** One kind of attention (or state) layer and how many of them the model has. */
export type LayerGroup =
  | { readonly kind: 'full'; readonly layers: number }
  | { readonly kind: 'window'; readonly layers: number; readonly windowTokens: number }
  /** Linear attention or state space: constant bytes per sequence, no growth with context. */
  | {
      readonly kind: 'state';
      readonly layers: number;
      readonly stateBytesPerSequence: number;
      readonly paramsPerLayer: number;
    };

export interface MlaShape {
  readonly kvLoraRank: number;
  /** 0 = queries are not compressed. */
  readonly qLoraRank: number;
  readonly ropeHeadDim: number;
  readonly nopeHeadDim: number;
  readonly valueHeadDim: number;
}

export interface MoeShape {
  readonly experts: number;
  readonly expertsPerToken: number;
  readonly sharedExperts: number;
  readonly expertIntermediate: number;
  readonly moeLayers: number;
  /** Width of one shared expert; absent = expertIntermediate. */
  readonly sharedIntermediate?: number;
}

/** A transformer (or hybrid) as its configuration file states it: integers that are exact, so they carry no grade. */
export interface ModelArchitecture {
  readonly layers: number;
  readonly hidden: number;
  readonly heads: number;
  readonly kvHeads: number;
  readonly headDim: number;
  readonly ffnIntermediate: number;
  /** 3 for gated (SwiGLU), 2 for plain MLP. */
  readonly ffnMatrices: 2 | 3;
  readonly vocab: number;
  readonly tieEmbeddings: boolean;
  readonly contextTokens: number;
  /** Sums to `layers`. */
  readonly layerGroups: readonly LayerGroup[];
  readonly mla?: MlaShape;
  readonly moe?: MoeShape;
  /**
   * Parameters the matrices do not cover: norms, biases, learned positions, towers of other modalities. They take memory
   * and count towards the total; a decode step hardly reads them.
   */
  readonly extraParams?: number;
  /** Published 8-bit and 4-bit checkpoints leave the attention matrices in 16 bit. */
  readonly attentionStays16Bit?: true;
  /** Image tower, parameters: 16 bit in every checkpoint, in memory beside the rest, not read by decode steps. */
  readonly visionTowerParams?: number;
}

export interface ModelEntry {
  readonly id: string;
  /** Published names of the model and of others with its very shape; look-up by them ignores case. */
  readonly aliases?: readonly string[];
  readonly name: string;
  readonly org: string;
  readonly releaseYear: number;
  readonly architecture: ModelArchitecture;
  /** What the model card prints, parameters. */
  readonly cardParams: Quantity;
  readonly cardActiveParams: Quantity;
  readonly nativePrecision: Precision;
  /** Published in FP8 with one scale per block of 128 x 128 weights; absent = scales per tensor or none. */
  readonly publishedBlockScaled?: true;
  /** Sampling the model ships: greedy or temperature only, or top-p/top-k by full sort. */
  readonly sampling: 'greedy' | 'top-p';
  readonly notes?: string;
}

/** How an engine picks the work of a step; each is code in the serving package. */
export type SchedulerKind =
  | 'vllm'
  | 'sglang'
  | 'trtllm-no-evict'
  | 'trtllm-max-utilization'
  | 'tgi'
  | 'static-batch'
  | 'llama-cpp'
  | 'single-stream'
  | 'pipeline';

/** Mixture-of-experts kernels of one engine (modelling: experts). */
export interface MoeKernelConstants {
  readonly fixedS: Quantity;
  readonly computeEfficiency: Quantity;
  readonly memoryEfficiency: Quantity;
  /** Exponent on the token count: 1 = tokens choose experts independently, less = they repeat each other's choice. */
  readonly routingSkew: Quantity;
  /** Extra share of token-expert pairs that the kernels compute. */
  readonly imbalance: Quantity;
  /** Tokens an expert's batch is padded by. */
  readonly paddingTokens: Quantity;
}

/**
 * How an engine's own kernels differ from those that the devices' constants were fitted on (vLLM of 2025 and later), alike
 * on all devices. What is absent does not differ.
 */
export interface EngineKernelConstants {
  /** Factors on the compute and memory efficiency of dense matrix products. */
  readonly gemmComputeShare?: Quantity;
  readonly gemmMemoryShare?: Quantity;
  /** Share of the memory bandwidth that decode attention reaches, whatever the KV format, in place of the device's. */
  readonly decodeBandwidthEfficiency?: Quantity;
  /** Factor on the least time of decode attention per sequence and KV head. */
  readonly decodePerHeadShare?: Quantity;
  /** Reads that each further query head of a KV head adds, as a share of the first one's; 0 = a group reads once. */
  readonly decodeGroupRereads?: Quantity;
  /** Factor on the compute efficiency of prefill attention. */
  readonly prefillComputeShare?: Quantity;
  /** Factor on the bus rate of all-reduces, and seconds that each takes longer. */
  readonly collectiveBusShare?: Quantity;
  readonly collectiveAddedS?: Quantity;
  /** Traffic of element-wise kernels as a multiple of what fused 16-bit kernels move. */
  readonly activationTraffic?: Quantity;
  /** Factor on the time of compiled graphs of fixed shape. */
  readonly graphTimeFactor?: Quantity;
}

/** Overheads and defaults of one engine at one version; schedulers are code, profiles are data. */
export interface EngineEntry {
  readonly id: string;
  readonly name: string;
  readonly version: string;
  readonly date: string;
  readonly scheduler: SchedulerKind;
  /** Fixed time per layer outside the modelled kernels, seconds. */
  readonly layerFixedS: Quantity;
  /** Un-overlapped time per step and per sequence, seconds. */
  readonly stepFixedS: Quantity;
  readonly stepPerSequenceS: Quantity;
  /** Host side of a step. */
  readonly hostFixedS: Quantity;
  readonly hostPerSequenceS: Quantity;
  readonly hostOverlap: boolean;
  /** Launch floor per layer without captured graphs, seconds; absent = graphs are used. */
  readonly eagerLayerFloorS?: Quantity;
  /** The same floor where the hosts of a device differ from the rest, by device id. */
  readonly eagerLayerFloorByDevice?: { readonly [deviceId: string]: Quantity };
  /**
   * Host time per layer to launch the kernels of a step that holds prompt tokens, seconds: such steps replay no graph.
   * Absent = graphs cover parts of them, or the engine has no graphs at all.
   */
  readonly promptLayerLaunchS?: Quantity;
  /** What `hostPerSequenceS` grows by where each token is sent to its reader as it comes; absent = not known apart. */
  readonly hostPerStreamedTokenS?: Quantity;
  /** Bytes moved per logit in sampling, by sampler. */
  readonly samplingBytesPerLogit: { readonly greedy: Quantity; readonly topP: Quantity };
  /** API, tokeniser and transport outside the engine, seconds per request. */
  readonly apiS: Quantity;
  /** The same per prompt token, before the engine sees the request: tokenising and receiving it. Absent = none. */
  readonly apiPerPromptTokenS?: Quantity;
  /** Extra time of the first request after a cold start (compilation, lazy loading); absent = not known. */
  readonly firstRequestS?: Quantity;
  /** Admission sees the state one step late. */
  readonly asyncScheduling: boolean;
  /** What the engine's dense kernels and collectives do differently; absent = nothing. */
  readonly kernels?: EngineKernelConstants;
  /** Matrix products of 16-bit weights sum in 16 bits, which some devices do at a higher rate. */
  readonly sumsInHalf?: true;
  /**
   * Devices of a pipeline hold layers and take turns: a batch passes them one after the other, and only the physical
   * micro-batches of one step overlap. Absent = a batch is dealt out to as many micro-batches as there are stages.
   */
  readonly layerSplit?: {
    /** Handing a micro-batch from one device to the next, seconds beside its bytes. */
    readonly handoverS: Quantity;
    /** Share of the time that ideal overlap of micro-batches would save. */
    readonly overlap: Quantity;
  };
  /** Mixture-of-experts constants of this engine's kernels. */
  readonly moe: MoeKernelConstants;
  /** The same for few large experts, which behave like dense matrix products. */
  readonly moeLargeExperts?: MoeKernelConstants;
  /** Bytes of one expert on one device from which `moeLargeExperts` holds. */
  readonly moeLargeExpertBytes?: Quantity;
  /** Bytes of one expert on one device up to which `moe` holds; absent = a quarter of `moeLargeExpertBytes`. */
  readonly moeSmallExpertBytes?: Quantity;
  /** Fixed time of a block-scaled fp8 matrix product in this engine, seconds; absent = the device's. */
  readonly blockScaledFixedS?: Quantity;
  /** Device memory used beside weights and KV, bytes per device. */
  readonly memoryOverheadBytes: Quantity;
  /** The same on top for models with an image tower, whose largest input the engine sets memory aside for; absent = none. */
  readonly visionOverheadBytes?: Quantity;
  /**
   * What `gpuMemoryUtilization` is a share of: the device's memory (weights and overhead come out of the share), or the
   * memory that weights and overhead leave free (all of the share is KV cache). Absent = the device's.
   */
  readonly memoryShareOf?: 'device' | 'free';
  readonly defaults: {
    readonly gpuMemoryUtilization: number;
    readonly blockSizeTokens: number;
    readonly maxNumSeqs: number;
    readonly maxNumBatchedTokens: number;
    readonly enableChunkedPrefill: boolean;
    readonly enablePrefixCaching: boolean;
    /** Largest batch with a captured graph; 0 = no graphs. */
    readonly maxGraphBatch: number;
    /** Share of the KV blocks an admission has to leave free; absent = 0. */
    readonly watermarkShare?: number;
    /** Physical micro-batch that a larger logical batch is run in; absent = the batch is run whole. */
    readonly microBatchTokens?: number;
    /** Most new tokens of one prefill batch, chunks of several prompts together (SGLang). */
    readonly maxPrefillTokens?: number;
    /** Waiting requests per running one from which a prefill interrupts the decodes (TGI). */
    readonly waitingServedRatio?: number;
    /** Decode steps after which a waiting request interrupts the decodes whatever the ratio (TGI). */
    readonly maxWaitingTokens?: number;
    /** Factor on the share of declared output that admission reserves KV for (SGLang). */
    readonly scheduleConservativeness?: number;
  };
  /** Defaults that differ on large devices. */
  readonly defaultsLargeDevice?: {
    readonly minMemoryBytes: number;
    /** Devices that keep the small defaults all the same. */
    readonly exceptDevices: readonly string[];
    readonly maxNumSeqs: number;
    readonly maxNumBatchedTokens: number;
  };
  /** Longest wait for a static batch to fill, seconds. */
  readonly batchWaitS?: Quantity;
  readonly notes?: string;
}

export interface RackEntry {
  readonly id: string;
  readonly name: string;
  readonly kind: 'server' | 'rack';
  readonly gridFit: readonly GridKind[];
  /** Absent = any device. */
  readonly deviceId?: string;
  readonly deviceCount: Quantity;
  readonly maxPowerW: Quantity;
  readonly typicalPowerW?: Quantity;
  readonly idlePowerW?: Quantity;
  /** Server draw beside the devices at full load. */
  readonly nonDeviceMaxW?: Quantity;
  readonly cooling: string;
  readonly priceUsd?: Quantity;
  readonly notes?: string;
}

/** A named number of the facility, server overhead, network gear, economics or embodied carbon tables. */
export interface FactEntry {
  readonly id: string;
  readonly name: string;
  readonly group: string;
  readonly metric: string;
  readonly quantity: Quantity;
  readonly notes?: string;
}

/**
 * Outdoor air as a mean with a yearly and a daily swing: dry bulb = mean + seasonal * cos(warmest day) + daily *
 * cos(warmest hour), the wet bulb lying a fixed depression below.
 */
export interface Climate {
  readonly annualMeanC: Quantity;
  /** Half the difference between the warmest and the coldest monthly mean, K. */
  readonly seasonalAmplitudeK: Quantity;
  /** Half the mean difference between afternoon and night, K. */
  readonly dailyAmplitudeK: Quantity;
  readonly wetBulbDepressionK: Quantity;
  /** Warmest month, 1 to 12. */
  readonly warmestMonth: number;
}

/** A place of the round-trip matrix. */
export interface NetworkNode {
  readonly id: string;
  readonly name: string;
  readonly latitude: number;
  readonly longitude: number;
}

export interface RegionEntry {
  readonly id: string;
  readonly name: string;
  readonly country: string;
  /** Residency zones this region satisfies, e.g. `us`, `eu`. */
  readonly zones: readonly string[];
  readonly latitude: number;
  readonly longitude: number;
  /** Node of the round-trip matrix that stands for this region. */
  readonly networkNode: string;
  readonly electricityUsdPerKwh: Quantity;
  /** Location-based grid mean on a life-cycle basis, the same basis in every region. */
  readonly carbonGPerKwh: Quantity;
  /** Operational emissions only, where a cloud region there publishes them; not to be mixed with the field above. */
  readonly carbonOperationalGPerKwh?: Quantity;
  readonly demandUsdPerKwMonth: Quantity;
  /** 24 multipliers of the energy price by local hour, mean 1; absent = flat. */
  readonly touMultiplier?: readonly number[];
  readonly touSource?: string;
  readonly utcOffsetH: number;
  /** Typical PUE of facilities there, by cooling kind where known. */
  readonly pue?: Quantity;
  /** Site water per IT energy, litres per kWh. */
  readonly waterLPerKwh?: Quantity;
  readonly climate?: Climate;
  readonly notes?: string;
}

/** Round trip between two nodes of the network matrix, or an access technology's last mile. */
export interface RoundTripEntry {
  readonly from: string;
  readonly to: string;
  readonly rttMs: Quantity;
}

export interface AccessEntry {
  readonly id: string;
  readonly name: string;
  readonly rttMs: Quantity;
}
