export {
  type ClassDefaults,
  classDefaults,
  type DeviceClassId,
  deviceClasses,
  deviceClassOf,
  type GemmShape,
} from './class-defaults.js';
export type { PowerFit } from './data/power-fits.js';
export * from './entries.js';
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
export { GRADES, type Grade, type Quantity, worseGrade } from './quantity.js';
