export {
  type ClassDefaults,
  classDefaults,
  clockResponse,
  type DeviceClassId,
  deviceClasses,
  deviceClassOf,
  expertExchange,
  type GemmShape,
} from './class-defaults.js';
export { vendorDefaults, vendorRamp, warmCache } from './data/kernel-benchmarks.js';
export { allReduceShape } from './data/kernel-fits.js';
export type { PowerFit } from './data/power-fits.js';
export * from './entries.js';
export * from './kernel-benchmarks.js';
export {
  accessKinds,
  devices,
  engines,
  fact,
  facts,
  findAccess,
  findDevice,
  findEngine,
  findModel,
  findNetworkNode,
  findRack,
  findRegion,
  models,
  networkNodes,
  racks,
  regions,
  roundTrip,
  roundTripMs,
  roundTrips,
} from './lookup.js';
export {
  type CatalogOverlay,
  type ConstantBounds,
  type ConstantChange,
  type ConstantChanges,
  type ConstantEntry,
  constantBounds,
  constantFlaw,
  constantPaths,
  readConstant,
  withConstants,
} from './overlay.js';
export { OVERLAY_SCHEMA, overlayText } from './overlay-text.js';
export { GRADES, type Grade, type Quantity, worseGrade } from './quantity.js';
