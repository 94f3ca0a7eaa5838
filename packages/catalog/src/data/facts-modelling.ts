/**
 * Constants of the models that belong to no single device, engine or region: kernel factors, power, facility, cost.
 *
 * Group `kernel`: factors on matrix products and collectives. `power`: the shape of the power curve. `facility-model`:
 *   facility = IT + fans*x^2 + pumps + chiller(outdoor, x) + losses(x), x = IT/rated;
 *   chiller = 0 below the free-cooling temperature, else (1 + aux)*IT*min(1, (T - free)/mix)/COP;
 *   COP = max(least, COP20*(1 - slope*(T - 20))); losses = rated*(c0 + c1*x + c2*x^2).
 * `cooling-free`: outdoor temperature up to which each kind of cooling needs no chiller (wet bulb for evaporative).
 * `cost-default`: what the cost model takes when a scenario is silent. All configurable.
 */

import type { FactEntry } from '../entries.js';
import { assumed, fitted } from '../grading.js';
import type { Quantity } from '../quantity.js';
import { allReduceShape, ncclLatencyS, weightOnlyFactors } from './kernel-fits.js';

const DEFAULT = 'modelling default';

function row(id: string, name: string, group: string, metric: string, quantity: Quantity, notes?: string): FactEntry {
  return { id, name, group, metric, quantity, ...(notes === undefined ? {} : { notes }) };
}

function kernelFacts(): FactEntry[] {
  const g = 'kernel';
  const database = 'aiconfigurator kernel database';
  return [
    row(
      'weight-only-compute-share',
      'Compute efficiency with 4-bit weights and 16-bit arithmetic',
      g,
      'share',
      weightOnlyFactors.computeShare,
    ),
    row(
      'weight-only-memory-share',
      'Memory efficiency with 4-bit weights and 16-bit arithmetic',
      g,
      'share',
      weightOnlyFactors.memoryShare,
    ),
    row(
      'all-reduce-kernel-share',
      "Bus share of an engine's own all-reduce on NVLink",
      g,
      'share',
      allReduceShape.kernelShare,
    ),
    row(
      'all-reduce-library-share',
      'Bus share of larger all-reduces on NVLink',
      g,
      'share',
      allReduceShape.libraryShare,
    ),
    row(
      'all-reduce-barrier-share',
      'Second barrier of an all-reduce in two passes, of its latency',
      g,
      'share',
      allReduceShape.barrierShare,
    ),
    row(
      'all-reduce-one-pass',
      'Size from which an all-reduce takes two passes',
      g,
      'size',
      allReduceShape.onePassBytes,
    ),
    row(
      'all-reduce-one-pass-many',
      'The same for more than four ranks',
      g,
      'size',
      allReduceShape.onePassBytesManyRanks,
    ),
    row(
      'all-reduce-kernel-bytes',
      "Size from which an engine's own kernel gives way",
      g,
      'size',
      allReduceShape.kernelBytes,
    ),
    row(
      'all-reduce-full-rate',
      'Size from which an all-reduce runs at the bus rate',
      g,
      'size',
      allReduceShape.fullRateBytes,
    ),
    row('nccl-latency', 'All-reduce latency of NCCL at 2 ranks', g, 'latency', ncclLatencyS),
    row(
      'glue-bandwidth-share',
      'Bandwidth share of norms, activations and residuals',
      g,
      'share',
      fitted(0.8, '1', database),
    ),
    row('all-to-all-latency-hopper', 'All-to-all latency, eight H100', g, 'latency', fitted(7e-6, 's', database)),
    row('all-to-all-latency-blackwell', 'All-to-all latency, eight B200', g, 'latency', fitted(11e-6, 's', database)),
  ];
}

function powerFacts(): FactEntry[] {
  const g = 'power';
  return [
    row(
      'power-compute-exponent',
      'Exponent on arithmetic use',
      g,
      'exponent',
      fitted(0.7, '1', 'fit to ML.ENERGY v3 GPU power'),
    ),
    row(
      'power-cap-share',
      'Share of TDP at which the device holds its power',
      g,
      'share',
      fitted(0.97, '1', 'fit to ML.ENERGY v3 GPU power'),
    ),
    row(
      'power-softmin-w',
      'Width of the transition to the cap, at most',
      g,
      'power',
      fitted(20, 'W', 'fit to ML.ENERGY v3 GPU power'),
    ),
    row(
      'power-softmin-share',
      'Width of the transition to the cap as a share of TDP',
      g,
      'share',
      assumed(0.03, '1', DEFAULT),
    ),
  ];
}

function facilityModel(): FactEntry[] {
  const g = 'facility-model';
  const share = (value: number, low?: number, high?: number): Quantity =>
    assumed(value, '1', DEFAULT, low === undefined || high === undefined ? undefined : { low, high });
  return [
    row('facility-fan-share', 'Hall fans at rated load', g, 'share of rated IT', share(0.04, 0.01, 0.08)),
    row('facility-fan-exponent', 'Exponent of fan power on load', g, 'exponent', share(2, 2, 3)),
    row('facility-pump-share', 'Pumps', g, 'share of rated IT', share(0.01, 0.005, 0.02)),
    row('facility-chiller-auxiliary', 'Auxiliaries of the chiller', g, 'share', share(0.03, 0.01, 0.06)),
    row(
      'facility-mix-k',
      'Span over which the chiller takes over',
      g,
      'temperature',
      assumed(8, 'K', DEFAULT, { low: 4, high: 12 }),
    ),
    row('facility-cop-20', 'Chiller COP at 20 C outdoors', g, 'COP', assumed(5.5, '1', DEFAULT, { low: 5, high: 6 })),
    row(
      'facility-cop-slope',
      'Loss of COP per kelvin',
      g,
      'slope',
      assumed(0.025, '1/K', DEFAULT, { low: 0.02, high: 0.03 }),
    ),
    row('facility-cop-least', 'Least COP', g, 'COP', assumed(2, '1', DEFAULT)),
    row('facility-loss-fixed', 'Conversion loss without load', g, 'share of rated IT', share(0.01, 0.005, 0.02)),
    row('facility-loss-linear', 'Conversion loss, linear part', g, 'share of rated IT', share(0.02, 0.01, 0.04)),
    row('facility-loss-square', 'Conversion loss, quadratic part', g, 'share of rated IT', share(0.03, 0.015, 0.05)),
    row(
      'cooling-free-air',
      'Free cooling by outdoor air',
      'cooling-free',
      'dry bulb',
      assumed(18, 'C', DEFAULT, { low: 15, high: 24 }),
    ),
    row(
      'cooling-free-evaporative',
      'Free cooling by evaporation',
      'cooling-free',
      'wet bulb',
      assumed(18, 'C', DEFAULT, { low: 11, high: 20 }),
    ),
    row(
      'cooling-free-liquid',
      'Free cooling of warm liquid loops',
      'cooling-free',
      'dry bulb',
      assumed(32, 'C', DEFAULT, { low: 24, high: 37 }),
    ),
    row(
      'water-evaporated-mj-per-kg',
      'Heat that evaporates a kilogram of water',
      'cooling-free',
      'heat',
      assumed(2.43, 'MJ/kg', DEFAULT, { low: 2.4, high: 2.46 }),
    ),
    row(
      'non-device-idle-w',
      'Draw beside the devices of an idle 8-GPU server',
      'server-overhead',
      'power',
      assumed(1800, 'W', DEFAULT, { low: 1300, high: 2000 }),
    ),
    row(
      'non-device-busy-w',
      'Draw beside the devices of a busy 8-GPU server',
      'server-overhead',
      'power',
      assumed(2550, 'W', DEFAULT, { low: 2300, high: 4600 }),
    ),
    row(
      'psu-efficiency',
      'Supply efficiency over its load range',
      'server-overhead',
      'efficiency',
      assumed(0.955, '1', DEFAULT, { low: 0.94, high: 0.97 }),
    ),
  ];
}

function costDefaults(): FactEntry[] {
  const g = 'cost-default';
  return [
    row('device-life', 'Life of devices and servers', g, 'life', assumed(4, 'y', DEFAULT, { low: 3, high: 6 })),
    row('facility-life', 'Life of the facility', g, 'life', assumed(15, 'y', DEFAULT, { low: 15, high: 20 })),
    row(
      'facility-capex',
      'Facility build, per watt of IT',
      g,
      'capex',
      assumed(11, 'USD/W', DEFAULT, { low: 9, high: 15 }),
    ),
    row(
      'server-network-adder',
      'Server and network beside the device price',
      g,
      'share of device price',
      assumed(0.425, '1', DEFAULT, { low: 0.35, high: 0.5 }),
    ),
    row(
      'opex-share',
      'Operations and maintenance',
      g,
      'share of capex per year',
      assumed(0.04, '1/y', DEFAULT, { low: 0.03, high: 0.1 }),
    ),
    row(
      'wacc',
      'Interest of the capital recovery factor',
      g,
      'interest',
      assumed(0.08, '1/y', DEFAULT, { low: 0, high: 0.14 }),
    ),
    row(
      'carbon-price',
      'Price of carbon',
      g,
      'price',
      assumed(0, 'USD/t', DEFAULT, { low: 0, high: 150 }),
      'Zero until a scenario sets one.',
    ),
    row(
      'residual-value',
      'Residual value at the end of life',
      g,
      'share of capex',
      assumed(0, '1', DEFAULT, { low: 0, high: 0.3 }),
      'Written off to nothing unless a scenario says otherwise.',
    ),
    row(
      'egress-price',
      'Egress from a cloud site',
      g,
      'price',
      assumed(0.05, 'USD/GB', DEFAULT, { low: 0, high: 0.12 }),
      'Large contracts; list prices are in the network facts.',
    ),
    row(
      'battery-efficiency',
      'Round trip of a battery',
      g,
      'efficiency',
      assumed(0.885, '1', DEFAULT, { low: 0.85, high: 0.92 }),
    ),
  ];
}

/** Builds the facts of the models. */
export function modellingFacts(): FactEntry[] {
  return [...kernelFacts(), ...powerFacts(), ...facilityModel(), ...costDefaults()];
}
