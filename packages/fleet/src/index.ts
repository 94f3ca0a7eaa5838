export { ANSWER_CELLS, Answers } from './answers.js';
export { Flight } from './flights.js';
export { type LanePlan, lanePlanOf, MAX_LANES, type Parallelism, parallelism } from './lane-plan.js';
export { LeastLoaded } from './least-loaded.js';
export { Load } from './pool-meter.js';
export { compareRows, LOG_COLUMNS, type LogColumn, type LogColumns, RequestLog, type RowSink } from './request-log.js';
export { SiteSamples } from './site-samples.js';
export { Attributed, IN_FLIGHT, type Refusal, type Spread } from './statistics.js';
export { COUNT_CELLS, Count, TallyCell, TallyCells } from './tally-cells.js';
export { TimeOuts } from './time-outs.js';
export { type Checkpoint, requestLogOf, World, type WorldOptions } from './world.js';
export type {
  ClientPlan,
  GoodputPlan,
  OriginPlan,
  PoolPlan,
  RoutePlan,
  RoutingPolicy,
  SiteGroupPlan,
  TrafficPlan,
  WorldPlan,
} from './world-plan.js';
export {
  joinLogs,
  joinParts,
  type PackedPart,
  type PoolFacts,
  type TrafficCounts,
  type WorldRecord,
} from './world-record.js';
