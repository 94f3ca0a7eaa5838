/**
 * What a kernel benchmark sees of a device beside the constants that price whole steps: shapes of catalog constants.
 *
 * A benchmark repeats one kernel over the same buffers, with nothing in between and often without captured graphs; an engine
 * does neither. These constants belong to the comparison with benchmarks only and never enter a step.
 */

import type { Precision } from './entries.js';
import type { Quantity } from './quantity.js';

/**
 * Decode attention repeated over one KV cache. The last-level cache holds what fits (weights evict it in an engine), and the
 * chains of reads that a sequence is cut into are few enough to set the time when sequences and KV heads are few.
 */
export interface WarmDecodeConstants {
  /** Read rate from the cache as a multiple of the rate from memory. */
  readonly cacheSpeedup: Quantity;
  /** Time per token of context of one chain, seconds. */
  readonly chainTokenS: Quantity;
  /** Most chains per sequence and KV head. */
  readonly chainsPerSequence: Quantity;
  /** Most chains per KV head over all sequences; a sequence has at least one. Absent = no such limit. */
  readonly chainsPerKvHead?: Quantity;
  /** Chains per sequence where every head has its own KV (no group shares a read); absent = `chainsPerSequence`. */
  readonly chainsUngrouped?: Quantity;
}

/** One row of the vendor's collective library: latency and bus rate of an all-reduce over `ranks` devices. */
export interface VendorAllReduce {
  readonly ranks: number;
  readonly latencyS: Quantity;
  readonly busBps: Quantity;
}

/** The vendor's collective library, called from the host. */
export interface VendorCollectives {
  /** Least time between two calls: the host's launch, seconds. */
  readonly launchS: Quantity;
  readonly allReduce: readonly VendorAllReduce[];
  /** Sending to one other device: latency, and rate over the link. Absent = nobody measured it. */
  readonly send?: { readonly latencyS: Quantity; readonly linkBps: Quantity };
}

/** See the module comment. */
export interface BenchmarkConstants {
  /** Last-level cache, bytes. */
  readonly cacheBytes?: Quantity;
  /** By KV precision. */
  readonly warmDecode?: Partial<Record<Precision, WarmDecodeConstants>>;
  readonly vendorCollectives?: VendorCollectives;
}
