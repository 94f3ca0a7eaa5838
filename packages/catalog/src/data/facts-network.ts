/**
 * Network beside the region matrix: latencies inside a site, bandwidths, transfer prices, payload sizes.
 *
 * Bandwidths are bytes per second, prices USD per (decimal) gigabyte.
 */

import type { FactEntry } from '../entries.js';
import { assumed, measured, specified } from '../grading.js';
import { RECALL } from './sources.js';

/** Builds the network facts. */
export function networkFacts(): FactEntry[] {
  return [
    {
      id: 'net-nvlink-latency',
      name: 'Latency between NVLink peers',
      group: 'network-latency',
      metric: 'latency',
      quantity: assumed(2e-6, 's', RECALL, { low: 1e-6, high: 1e-5 }),
      notes: 'Small-message collectives take 5 to 20 us.',
    },
    {
      id: 'net-rdma-latency',
      name: 'Latency between servers over RDMA',
      group: 'network-latency',
      metric: 'latency',
      quantity: specified(5e-6, 's', 'aiconfigurator systems/gb200.yaml', { low: 2e-6, high: 2e-5 }),
    },
    {
      id: 'net-same-zone-rtt',
      name: 'Round trip inside one zone',
      group: 'network-latency',
      metric: 'rtt',
      quantity: measured(0.09, 'ms', 'IBM Cloud VPC network latency', { low: 0.05, high: 0.3 }),
      notes: '0.08 to 0.10 ms were published.',
    },
    {
      id: 'net-zone-zone-rtt',
      name: 'Round trip between zones of a region',
      group: 'network-latency',
      metric: 'rtt',
      quantity: measured(1.5, 'ms', 'IBM Cloud VPC network latency; xkyle.com AWS zone latencies', {
        low: 0.25,
        high: 3.4,
      }),
      notes: 'AWS 0.25 to 3.37, IBM 1.8 to 2.4 ms.',
    },
    {
      id: 'metro-edge-pop',
      name: 'User to the nearest edge site of a cloud',
      group: 'network-latency',
      metric: 'rtt',
      quantity: assumed(8, 'ms', RECALL, { low: 3, high: 25 }),
      notes: 'Comes on top of the last mile.',
    },
    {
      id: 'metro-region',
      name: 'User to the nearest cloud region in the country',
      group: 'network-latency',
      metric: 'rtt',
      quantity: assumed(20, 'ms', RECALL, { low: 8, high: 45 }),
      notes: 'Comes on top of the last mile.',
    },
    {
      id: 'metro-direct-connect',
      name: 'Enterprise site to a cloud region over a leased line',
      group: 'network-latency',
      metric: 'rtt',
      quantity: assumed(5, 'ms', RECALL, { low: 1, high: 15 }),
    },
    {
      id: 'net-fixed-broadband-down',
      name: 'Median fixed broadband in the US, down',
      group: 'network-bandwidth',
      metric: 'throughput',
      quantity: measured(28412500, 'B/s', 'Ookla, December 2023', { low: 12500000, high: 62500000 }),
      notes: 'Up: 26.6 Mbit/s.',
    },
    {
      id: 'net-mobile-down',
      name: 'Median mobile in the US, down',
      group: 'network-bandwidth',
      metric: 'throughput',
      quantity: measured(13875000, 'B/s', 'Ookla, December 2023', { low: 5000000, high: 37500000 }),
      notes: 'Up: 9.7 Mbit/s.',
    },
    {
      id: 'net-gpu-nic',
      name: 'Scale-out network card per GPU',
      group: 'network-bandwidth',
      metric: 'throughput',
      quantity: specified(5e10, 'B/s', 'SemiAnalysis InferenceX gpu-specs', { low: 2.5e10, high: 1e11 }),
      notes: '400G with Hopper, 800G with Blackwell Ultra.',
    },
    {
      id: 'net-flow-between-regions',
      name: 'One flow between cloud regions',
      group: 'network-bandwidth',
      metric: 'throughput',
      quantity: assumed(6.25e8, 'B/s', RECALL, { low: 1.25e8, high: 1.25e9 }),
      notes: 'Per connection; many connections add up.',
    },
    {
      id: 'net-host-gpu',
      name: 'Host to GPU over PCIe 5 x16, reached',
      group: 'network-bandwidth',
      metric: 'throughput',
      quantity: assumed(5.5e10, 'B/s', RECALL, { low: 5e10, high: 6e10 }),
      notes: 'The line rate is 64 GB/s each way.',
    },
    {
      id: 'egress-aws',
      name: 'Egress from AWS to the internet',
      group: 'network-cost',
      metric: 'egress',
      quantity: specified(0.09, 'USD/GB', 'leanopstech.com and cloudtoolstack.com, 2026', { low: 0.05, high: 0.09 }),
      notes: 'Tiers 0.09, 0.085, 0.07, 0.05; the first 100 GB are free. A page that prints 0.02 is wrong.',
    },
    {
      id: 'egress-azure',
      name: 'Egress from Azure to the internet',
      group: 'network-cost',
      metric: 'egress',
      quantity: specified(0.087, 'USD/GB', 'cloudtoolstack.com, 2026', { low: 0.05, high: 0.087 }),
    },
    {
      id: 'egress-gcp',
      name: 'Egress from Google Cloud to the internet, premium tier',
      group: 'network-cost',
      metric: 'egress',
      quantity: specified(0.12, 'USD/GB', 'cloudtoolstack.com, 2026', { low: 0.08, high: 0.12 }),
      notes: 'Standard tier 0.085.',
    },
    {
      id: 'transfer-region',
      name: 'Transfer between AWS regions in the US',
      group: 'network-cost',
      metric: 'transfer',
      quantity: specified(0.02, 'USD/GB', 'cloudcalcep.com, 2026', { low: 0.01, high: 0.02 }),
      notes: 'Up to 0.08 with Asia-Pacific or South America.',
    },
    {
      id: 'transfer-zone',
      name: 'Transfer between zones, each way',
      group: 'network-cost',
      metric: 'transfer',
      quantity: specified(0.01, 'USD/GB', 'leanopstech.com, 2026', { low: 0.01, high: 0.02 }),
    },
    {
      id: 'ingress-cloud',
      name: 'Ingress into a cloud',
      group: 'network-cost',
      metric: 'ingress',
      quantity: specified(0, 'USD/GB', 'cloudtoolstack.com, 2026', { low: 0, high: 0 }),
    },
    {
      id: 'transfer-mobile',
      name: 'Mobile data at consumer plans',
      group: 'network-cost',
      metric: 'transfer',
      quantity: assumed(2, 'USD/GB', RECALL, { low: 0.5, high: 8 }),
      notes: 'Rarely billed to the service.',
    },
    {
      id: 'payload-token-bytes',
      name: 'Payload per token',
      group: 'network-overhead',
      metric: 'size',
      quantity: assumed(4, 'B/token', RECALL, { low: 1, high: 40 }),
      notes: 'About four characters plus JSON; a streamed token adds 100 to 300 B.',
    },
    {
      id: 'tls-round-trips',
      name: 'Round trips of a new TLS 1.3 connection',
      group: 'network-overhead',
      metric: 'round_trips',
      quantity: assumed(2, 'round trips', RECALL, { low: 1, high: 3 }),
      notes: 'TCP one, TLS one; QUIC none or one; a kept connection none.',
    },
    {
      id: 'gateway-latency',
      name: 'Gateway in front of an engine',
      group: 'network-overhead',
      metric: 'latency',
      quantity: assumed(5, 'ms', RECALL, { low: 1, high: 30 }),
      notes: 'Authentication, limits, tokeniser, router.',
    },
    {
      id: 'fibre-rtt-per-km',
      name: 'Round trip per kilometre of fibre',
      group: 'network-latency',
      metric: 'rtt_per_km',
      quantity: specified(0.0098, 'ms/km', 'speed of light over 1.468, both ways', { low: 0.0098, high: 0.0147 }),
      notes: 'Real paths are 1.2 to 1.5 times the great circle; for pairs that the matrix lacks.',
    },
  ];
}
