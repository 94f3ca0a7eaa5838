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
