export { type Traffic, trafficFrom } from './bench-plan.js';
export type { Effort, Figure } from './figure.js';
export { interleave, medianRatio, type Spread, spreadOf, type Variant } from './measure.js';
export { tableText } from './table.js';
