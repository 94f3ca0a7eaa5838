export { type AllocationSite, allocationSites, type ProfileNode } from './allocation-sites.js';
export { type BenchDocument, judged, pageWithFigures, readDocument, writeDocument } from './bench-document.js';
export { type Fleet, longerOutputs, type Traffic, trafficFrom } from './bench-plan.js';
export { type Bound, type Effort, type Figure, type Verdict, verdictOn } from './figure.js';
export { interleave, ratios, type Spread, spreadOf, type Variant } from './measure.js';
export { type Projection, type ProjectionInput, project, projectionInput, projectionLines } from './projection.js';
export { markdownTable, tableText } from './table.js';
