export { Flight } from './flights.js';
export { LeastLoaded } from './least-loaded.js';
export { Load } from './meters.js';
export { LOG_COLUMNS, type LogColumn, type LogColumns, RequestLog, type RowSink } from './request-log.js';
export { SiteSamples } from './site-samples.js';
export { Attributed, IN_FLIGHT, type Refusal, type Spread } from './statistics.js';
export { COUNT_CELLS, Count, TallyCell, TallyCells } from './tally-cells.js';
export { TimeOuts } from './time-outs.js';
export { type Checkpoint, World, type WorldOptions } from './world.js';
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
