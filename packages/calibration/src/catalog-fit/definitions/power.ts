/**
 * Watts of H100 and B200 under dense models: ML.ENERGY's full batches. Runs after the engine fit, whose step times it takes.
 *
 * Watts and joules per token (watts over tokens per second) count alike.
 */

import { type CatalogFit, constant } from '../catalog-fit.js';

function powerFit(id: string, deviceId: string, tdpW: number): CatalogFit {
  const power = `devices.${deviceId}.power.dense`;
  return {
    id,
    constants: [
      constant(`${power}.idleInterceptW`, 0.13 * tdpW, 0.4, 0.05 * tdpW, 0.4 * tdpW),
      constant(`${power}.activeW`, 0.15 * tdpW, 0.8, 0.01 * tdpW, 0.8 * tdpW),
      constant(`${power}.memoryW`, 0.5 * tdpW, 0.5, 0.05 * tdpW, 1.2 * tdpW),
      constant(`${power}.computeW`, 0.9 * tdpW, 0.5, 0.1 * tdpW, 3 * tdpW),
    ],
    selects: (measured) => measured.deviceId === deviceId && measured.run.kind === 'saturated' && !measured.isMoe,
    metrics: () => ({ power_w: 1, energy_per_output_token_j: 1 }),
    robustScale: 0.03,
  };
}

export const h100PowerFit = powerFit('power-h100', 'h100-sxm', 700);
export const b200PowerFit = powerFit('power-b200', 'b200-sxm', 1000);
