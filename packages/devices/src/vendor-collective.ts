/**
 * Collectives of the vendor's library (NCCL, RCCL), called from the host as benchmarks do.
 *
 *   all-reduce  T = (launchS^p + G^p)^(1/p),  G = latencyS + w*(1 + c/(1 + n/n0)),  w = n*2*(t-1)/t / W
 *   send        T = latencyS + n/linkBps
 *
 * n bytes of one rank, t ranks. The library changes protocols and channels as messages grow, so that the bus rate is reached
 * by steps; c and n0 stand for their sum. Below some hundred kilobytes the host's launch sets the time. Engines that capture
 * their steps in graphs and bring their own kernels are priced by `collective.ts`.
 * Sources: docs/modelling.md, devices. Units: seconds, bytes.
 */

import { type DeviceEntry, vendorDefaults, vendorRamp } from '@infersim/catalog';
import { pNorm } from './gemm.js';
import { GradeTrail } from './grade-trail.js';
import { kernelConstants, resolveCollective } from './kernel-resolution.js';

interface VendorRates {
  readonly launchS: number;
  readonly latencyS: number;
  readonly busBps: number;
}

/** Seconds of an all-reduce of `bytes`; 0 for one rank or nothing to send. */
export function vendorAllReduceS(device: DeviceEntry, ranks: number, bytes: number): number {
  if (ranks <= 1 || bytes <= 0) return 0;
  const { launchS, latencyS, busBps } = vendorRates(device, ranks);
  const wireS = (bytes * 2 * (ranks - 1)) / ranks / busBps;
  const ramp = 1 + vendorRamp.share.value / (1 + bytes / vendorRamp.halfBytes.value);
  return pNorm(launchS, latencyS + wireS * ramp, vendorRamp.kneeExponent.value);
}

/** Seconds to send `bytes` to one other device; 0 for nothing. */
export function vendorSendS(device: DeviceEntry, bytes: number): number {
  if (bytes <= 0) return 0;
  const send = kernelConstants(device).benchmarks?.vendorCollectives?.send;
  if (send !== undefined) return send.latencyS.value + bytes / send.linkBps.value;
  const linkBps = device.interconnectPairBps ?? device.interconnectBps ?? device.hostBps;
  if (linkBps === undefined) return vendorAllReduceS(device, 2, bytes);
  return vendorDefaults.sendLatencyS.value + bytes / (vendorDefaults.sendShare.value * linkBps.value);
}

/** The measured row of that many ranks; without one the device's engine kernels lend their bus rate. */
function vendorRates(device: DeviceEntry, ranks: number): VendorRates {
  const vendor = kernelConstants(device).benchmarks?.vendorCollectives;
  const row = vendor?.allReduce.find((candidate) => candidate.ranks === ranks);
  const launchS = (vendor?.launchS ?? vendorDefaults.launchS).value;
  if (row !== undefined) return { launchS, latencyS: row.latencyS.value, busBps: row.busBps.value };
  const doublings = Math.max(0, Math.log2(ranks) - 1);
  return {
    launchS,
    latencyS: vendorDefaults.latencyS.value * vendorDefaults.latencyGrowth.value ** doublings,
    busBps: resolveCollective(device, ranks, true, new GradeTrail()).busBps,
  };
}
