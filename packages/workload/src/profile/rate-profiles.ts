// biome-ignore-all lint/suspicious/noApproximativeNumericConstant: measured rates that happen to lie near constants of mathematics

/**
 * Ready day and week profiles: hourly multipliers of the request rate of production services, mean 1.
 *
 * Weeks run from Monday 00:00. The multipliers are the published or derived hourly rates divided by their mean;
 * `clock` says whose hour zero it is. Shapes inside an hour and differences between weeks are left out. Grades:
 * `measured` when the operator published the rates, `fitted` when they were read off published figures or tables,
 * within about 1 %.
 */

import type { RateProfile } from '../workload-plan.js';

export interface RateProfileEntry {
  readonly id: string;
  readonly title: string;
  /** 24 (a day) or 168 (a week) multipliers, mean 1. */
  readonly multipliers: readonly number[];
  readonly clock: 'utc' | 'local' | 'not stated';
  readonly source: string;
  readonly grade: 'measured' | 'fitted' | 'assumed';
}

/** Monday 00:00 first. */
const AZURE_CODE_2024 = [
  0.661, 0.669, 0.664, 0.579, 0.495, 0.394, 0.324, 0.317, 0.291, 0.291, 0.294, 0.461, 0.772, 1.443, 2.045, 2.295, 2.183,
  2.47, 2.71, 2.801, 2.61, 2.01, 1.574, 1.114, 1.011, 1.054, 0.937, 0.648, 0.534, 0.429, 0.355, 0.286, 0.266, 0.315,
  0.334, 0.481, 0.921, 1.72, 2.407, 2.417, 2.129, 2.645, 2.971, 2.956, 2.69, 1.926, 1.424, 1.1, 1.014, 0.892, 0.816,
  0.754, 0.573, 0.441, 0.404, 0.319, 0.311, 0.277, 0.344, 0.489, 0.893, 1.519, 2.087, 2.309, 2.374, 2.561, 2.924, 2.992,
  2.916, 2.078, 1.381, 1.07, 0.924, 0.824, 0.864, 0.694, 0.525, 0.479, 0.416, 0.331, 0.313, 0.317, 0.328, 0.49, 0.964,
  1.462, 2.13, 2.314, 2.218, 2.562, 2.828, 2.891, 2.599, 1.932, 1.361, 1.043, 0.771, 0.785, 0.668, 0.574, 0.459, 0.386,
  0.328, 0.296, 0.259, 0.288, 0.298, 0.409, 0.741, 1.192, 1.784, 1.964, 1.798, 2.046, 2.097, 2.204, 2.084, 1.531, 1.106,
  0.758, 0.605, 0.552, 0.482, 0.47, 0.386, 0.314, 0.264, 0.184, 0.143, 0.118, 0.097, 0.171, 0.261, 0.361, 0.43, 0.471,
  0.523, 0.586, 0.62, 0.628, 0.561, 0.516, 0.571, 0.481, 0.481, 0.509, 0.466, 0.44, 0.378, 0.307, 0.24, 0.157, 0.125,
  0.124, 0.13, 0.148, 0.221, 0.282, 0.363, 0.435, 0.468, 0.47, 0.55, 0.568, 0.643, 0.674, 0.618, 0.61,
];

const AZURE_CONV_2024 = [
  0.979, 1.104, 1.101, 0.904, 0.922, 0.994, 1.142, 1.206, 1.269, 1.179, 1.161, 1.236, 1.329, 1.489, 1.671, 1.546, 1.344,
  1.285, 1.26, 1.247, 1.149, 0.94, 0.92, 0.975, 1.078, 1.122, 1.151, 0.937, 0.946, 1.007, 1.169, 1.3, 1.263, 1.258,
  1.167, 1.281, 1.457, 1.545, 1.65, 1.552, 1.428, 1.336, 1.415, 1.303, 1.176, 1.041, 0.893, 0.851, 0.999, 1.079, 1.033,
  0.859, 0.907, 0.97, 1.106, 1.193, 1.215, 1.234, 1.127, 1.189, 1.351, 1.477, 1.506, 1.434, 1.29, 1.227, 1.274, 1.212,
  1.056, 0.8, 0.76, 0.853, 0.996, 1.145, 1.092, 0.916, 0.903, 0.999, 1.219, 1.276, 1.39, 1.32, 1.053, 1.105, 1.257,
  1.479, 1.522, 1.36, 1.253, 1.239, 1.23, 1.122, 1.004, 0.883, 0.777, 0.869, 1.028, 1.097, 1.07, 0.892, 0.9, 1.012,
  1.103, 1.218, 1.184, 1.194, 1.053, 1.063, 1.175, 1.29, 1.289, 1.222, 1.127, 1.112, 0.978, 0.911, 0.868, 0.726, 0.603,
  0.576, 0.582, 0.624, 0.641, 0.53, 0.526, 0.557, 0.561, 0.615, 0.654, 0.57, 0.639, 0.69, 0.77, 0.769, 0.838, 0.856,
  0.816, 0.767, 0.69, 0.657, 0.698, 0.636, 0.582, 0.542, 0.561, 0.589, 0.561, 0.498, 0.471, 0.485, 0.499, 0.57, 0.568,
  0.554, 0.549, 0.63, 0.64, 0.806, 0.753, 0.8, 0.73, 0.758, 0.77, 0.709, 0.686, 0.674, 0.637, 0.767,
];

const SERVEGEN_M_SMALL = [
  0.84, 0.71, 0.73, 0.68, 0.71, 0.66, 0.68, 0.85, 1.02, 1.05, 1.13, 1.09, 1.06, 1.07, 1.06, 1.05, 1.09, 1.08, 1.01,
  1.23, 1.46, 1.4, 1.27, 1.06,
];

const DEEPSEEK_R1 = [
  1.21, 1.39, 2.03, 1.79, 1.06, 0.91, 0.75, 0.58, 0.6, 0.66, 0.81, 0.83, 0.45, 0.54, 0.68, 0.7, 0.88, 0.55, 0.75, 0.59,
  1.24, 1.62, 2.19, 1.18,
];

const MM_IMAGE = [
  0.59, 0.89, 1.12, 0.87, 0.97, 0.94, 0.87, 0.92, 0.87, 1.11, 1.33, 1.25, 1.08, 1.1, 1.26, 1.3, 1.35, 1.06, 0.89, 0.92,
  1.02, 0.89, 0.83, 0.6,
];

const BURSTGPT_CAMPUS = [
  0.97, 0.9, 0.59, 0.52, 0.37, 0.38, 0.21, 0.22, 0.24, 0.38, 0.89, 1.29, 1.79, 1.51, 1.85, 1.44, 1.49, 1.37, 1.23, 1.64,
  1.38, 1.19, 1.12, 1.03,
];

const AZURE_2024_SOURCE =
  'derived: Azure LLM inference trace 2024 (CC BY 4.0; Stojkovic et al., HPCA 2025), hourly means read off the published figures';
const SERVEGEN_SOURCE = 'ServeGen (Apache-2.0; Xiang et al., arXiv 2505.09999), summed client rates by hour of day';

const entries: readonly RateProfileEntry[] = [
  {
    id: 'azure-code-2024',
    title: 'Code assistant, one continent: office hours, quiet nights and weekends',
    multipliers: normalised(AZURE_CODE_2024),
    clock: 'utc',
    source: AZURE_2024_SOURCE,
    grade: 'fitted',
  },
  {
    id: 'azure-conv-2024',
    title: 'Chat service used from many time zones: flat days, weekends at 60 %',
    multipliers: normalised(AZURE_CONV_2024),
    clock: 'utc',
    source: AZURE_2024_SOURCE,
    grade: 'fitted',
  },
  {
    id: 'burstgpt-campus',
    title: 'Campus: low mornings, high afternoons and evenings',
    multipliers: normalised(BURSTGPT_CAMPUS),
    clock: 'local',
    source: 'derived: BurstGPT version 1 (CC BY 4.0; Wang et al.), hour-of-day table of a public analysis of the trace',
    grade: 'fitted',
  },
  {
    id: 'servegen-m-small',
    title: 'Small production language model: evening peak',
    multipliers: normalised(SERVEGEN_M_SMALL),
    clock: 'not stated',
    source: SERVEGEN_SOURCE,
    grade: 'measured',
  },
  {
    id: 'deepseek-r1',
    title: 'Reasoning model: two night peaks of batch-like clients (one day only)',
    multipliers: normalised(DEEPSEEK_R1),
    clock: 'not stated',
    source: SERVEGEN_SOURCE,
    grade: 'measured',
  },
  {
    id: 'mm-image',
    title: 'Image and text model: working-day hump (one day only)',
    multipliers: normalised(MM_IMAGE),
    clock: 'not stated',
    source: SERVEGEN_SOURCE,
    grade: 'measured',
  },
];

/** All ready rate profiles, in a fixed order. */
export function rateProfiles(): readonly RateProfileEntry[] {
  return entries;
}

/** The rate profile with an id, or undefined. */
export function findRateProfile(id: string): RateProfileEntry | undefined {
  return entries.find((entry) => entry.id === id);
}

/** A plan's profile from a ready one, starting at an hour of it (Monday 00:00 is 0). */
export function rateProfileFrom(entry: RateProfileEntry, startHour: number): RateProfile {
  return { multipliers: entry.multipliers, startHour };
}

function normalised(hourly: readonly number[]): readonly number[] {
  const mean = hourly.reduce((sum, value) => sum + value, 0) / hourly.length;
  return hourly.map((value) => value / mean);
}
