export { type AllocationSite, allocationSites, type ProfileNode } from './allocation-sites.js';
export { type Traffic, trafficFrom } from './bench-plan.js';
export { type Bound, type Effort, type Figure, type Verdict, verdictOn } from './figure.js';
export { interleave, ratios, type Spread, spreadOf, type Variant } from './measure.js';
export { markdownTable, tableText } from './table.js';
