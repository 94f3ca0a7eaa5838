/**
 * Shapes of the energy price over a day: 24 multipliers by local hour, mean 1.
 *
 * Stylised from general knowledge of each market; not a tariff of any supplier. Grade: assumed.
 */

export const TOU_SOURCE = 'stylised day shape of the market, general knowledge (assumed)';

/** Shapes by kind of market. */
export const TOU = {
  /** Solar-heavy summer day: a trough at noon and a peak after sunset. */
  caiso: [
    0.894, 0.841, 0.82, 0.82, 0.862, 0.999, 1.072, 0.946, 0.652, 0.473, 0.399, 0.378, 0.399, 0.442, 0.547, 0.736, 1.104,
    1.84, 2.26, 2.155, 1.787, 1.419, 1.156, 0.999,
  ],
  /** Hot summer day that peaks in the early evening. */
  ercot: [
    0.608, 0.549, 0.52, 0.5, 0.51, 0.549, 0.608, 0.628, 0.648, 0.706, 0.785, 0.883, 1.001, 1.128, 1.276, 1.423, 1.619,
    1.815, 2.159, 2.011, 1.423, 1.079, 0.863, 0.706,
  ],
  /** Mild summer peak in the afternoon. */
  pjm: [
    0.711, 0.661, 0.632, 0.612, 0.622, 0.681, 0.79, 0.869, 0.918, 0.968, 1.017, 1.066, 1.116, 1.165, 1.224, 1.293,
    1.402, 1.481, 1.432, 1.333, 1.224, 1.086, 0.908, 0.79,
  ],
  /** Winter day with a morning and an evening peak. */
  nordic: [
    0.825, 0.805, 0.795, 0.795, 0.825, 0.903, 1.031, 1.198, 1.256, 1.178, 1.099, 1.04, 1.001, 0.982, 0.982, 1.021,
    1.119, 1.237, 1.198, 1.08, 0.982, 0.923, 0.883, 0.844,
  ],
  /** Summer day with much solar. */
  germany: [
    1.02, 0.96, 0.92, 0.9, 0.93, 1.05, 1.219, 1.249, 1.05, 0.78, 0.58, 0.46, 0.4, 0.4, 0.48, 0.65, 0.92, 1.299, 1.619,
    1.749, 1.599, 1.399, 1.249, 1.12,
  ],
  /** Three-period retail tariff: 0.75 at night (22 to 7), 1 by day, 1.7 from 16 to 21, brought to mean 1. */
  retail: [
    0.7129, 0.7129, 0.7129, 0.7129, 0.7129, 0.7129, 0.7129, 0.9505, 0.9505, 0.9505, 0.9505, 0.9505, 0.9505, 0.9505,
    0.9505, 0.9505, 1.6158, 1.6158, 1.6158, 1.6158, 1.6158, 0.9505, 0.7129, 0.7129,
  ],
} as const;
