/** The class of a device, as far as errors of one may tell about another: kind of chip, memory and execution. */

import { type DeviceEntry, deviceClassOf } from '@infersim/catalog';

/** The catalog's class whose constants would stand in; chains of SRAM chips are a class of their own. */
export function errorClassOf(device: Pick<DeviceEntry, 'class' | 'execution' | 'memoryType'>): string {
  return device.execution === 'sram-pipeline' ? 'sram-pipeline' : deviceClassOf(device);
}
