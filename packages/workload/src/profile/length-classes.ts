/**
 * Prompt and output lengths of recorded traces, by class of prompt size, as quantile tables: the fitted joint laws.
 *
 * How made: the rows of a trace were split at fixed prompt lengths, and for each class the quantiles at
 * `CLASS_PROBABILITIES` of prompt and output were taken (R-7, rounded to whole tokens). Between two quantiles a
 * length is uniform; in a class, prompt and output are independent. That keeps what single laws lose: piles at
 * context caps, two humps of the outputs, and outputs that depend on the prompt's size without growing with it.
 *
 * Splits in prompt tokens: Azure conversation 500, 1500, 3500; Azure code 1000, 4000, 7000; Mooncake 2000, 8000,
 * 24000; arXiv 1500, 2700, 3500. Means of the tables against the traces, prompt and output: Azure conversation +0.02
 * % and -0.4 %, Azure code +0.07 % and +4.6 %, Mooncake +0.4 % and +1.1 %, arXiv 0.0 % and +0.2 %. Kolmogorov-Smirnov
 * distances of the marginals, prompt and output: Azure conversation 0.018 and 0.019, Azure code 0.006 and 0.023,
 * Mooncake 0.005 and 0.017, arXiv 0.005 and 0.011 (the real-trace checks hold them below 0.05).
 *
 * Sources: Azure LLM inference trace 2023 (CC BY 4.0; Patel et al., Splitwise, ISCA 2024); Mooncake conversation
 * trace (Apache-2.0; Qin et al., FAST 2025); arXiv summarization lengths of vidur (MIT; Agrawal et al., MLSys 2024).
 * Grade: fitted. Unit: tokens.
 */

/** One class of prompts: how many rows it had, and quantiles of both lengths. */
export interface QuantileClass {
  readonly weight: number;
  readonly prompt: readonly number[];
  readonly output: readonly number[];
}

/** Probabilities that the quantiles belong to. */
export const CLASS_PROBABILITIES: readonly number[] = [
  0, 0.02, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98, 0.995, 0.999, 1,
];

export const AZURE_CONV_2023_CLASSES: readonly QuantileClass[] = [
  {
    weight: 7636,
    prompt: [2, 24, 91, 181, 200, 219, 374, 386, 394, 400, 406, 416, 428, 443, 464, 487, 498],
    output: [7, 14, 24, 60, 78, 86, 92, 98, 107, 123, 151, 181, 217, 217, 276, 531, 1000],
  },
  {
    weight: 8423,
    prompt: [501, 756, 888, 966, 1009, 1033, 1054, 1076, 1100, 1129, 1176, 1313, 1318, 1375, 1466, 1492, 1497],
    output: [10, 48, 70, 94, 181, 380, 394, 397, 406, 414, 428, 462, 532, 606, 706, 958, 1000],
  },
  {
    weight: 1608,
    prompt: [1500, 1528, 1571, 1645, 1800, 1960, 2083, 2226, 2377, 2525, 2628, 2878, 3116, 3328, 3435, 3479, 3497],
    output: [15, 34, 43, 49, 58, 70, 79, 88, 97, 108, 123, 142, 159, 186, 260, 511, 594],
  },
  {
    weight: 1699,
    prompt: [3513, 3717, 4009, 4074, 4076, 4079, 4082, 4085, 4088, 4092, 4101, 4152, 4951, 5776, 6867, 7735, 14050],
    output: [17, 27, 29, 34, 40, 44, 49, 55, 63, 73, 91, 125, 154, 200, 386, 692, 757],
  },
];

export const AZURE_CODE_2023_CLASSES: readonly QuantileClass[] = [
  {
    weight: 3271,
    prompt: [3, 15, 33, 59, 100, 166, 229, 341, 480, 603, 762, 892, 945, 981, 994, 998, 999],
    output: [6, 6, 6, 7, 8, 10, 12, 14, 16, 20, 30, 57, 92, 176, 318, 782, 1899],
  },
  {
    weight: 4255,
    prompt: [1000, 1028, 1060, 1130, 1338, 1538, 1741, 1980, 2227, 2471, 2790, 3231, 3579, 3775, 3936, 3985, 3995],
    output: [6, 6, 6, 7, 8, 9, 11, 13, 15, 19, 28, 54, 87, 172, 386, 829, 940],
  },
  {
    weight: 810,
    prompt: [4009, 4039, 4074, 4153, 4344, 4577, 4763, 5136, 5562, 5904, 6144, 6424, 6592, 6756, 6919, 6969, 6985],
    output: [6, 6, 6, 7, 9, 10, 12, 13, 16, 21, 33, 58, 100, 169, 427, 735, 895],
  },
  {
    weight: 483,
    prompt: [7009, 7082, 7136, 7358, 7423, 7433, 7435, 7435, 7436, 7436, 7436, 7436, 7436, 7437, 7437, 7437, 7437],
    output: [6, 6, 6, 7, 8, 10, 11, 13, 15, 20, 28, 51, 79, 131, 179, 359, 405],
  },
];

export const MOONCAKE_CONV_CLASSES: readonly QuantileClass[] = [
  {
    weight: 2763,
    prompt: [891, 893, 894, 896, 900, 908, 939, 1038, 1175, 1330, 1508, 1736, 1850, 1924, 1976, 1998, 1999],
    output: [1, 3, 9, 20, 56, 143, 233, 308, 369, 430, 493, 590, 673, 813, 1107, 1442, 2000],
  },
  {
    weight: 3783,
    prompt: [2003, 2086, 2231, 2501, 3103, 3791, 4329, 4769, 5243, 5869, 6517, 7187, 7596, 7874, 7965, 7995, 7998],
    output: [1, 3, 13, 29, 116, 222, 295, 352, 400, 447, 509, 599, 699, 858, 1275, 1997, 2000],
  },
  {
    weight: 3938,
    prompt: [
      8001, 8210, 8468, 8885, 9867, 10956, 12147, 13563, 14946, 16414, 18240, 20474, 22080, 23192, 23843, 23981, 23998,
    ],
    output: [1, 3, 11, 26, 127, 242, 311, 361, 405, 447, 498, 585, 689, 891, 1305, 2000, 2000],
  },
  {
    weight: 1547,
    prompt: [
      24001, 24283, 24650, 25304, 27012, 28671, 30993, 33792, 39003, 45900, 58482, 77702, 98045, 116348, 122799, 124601,
      126195,
    ],
    output: [1, 3, 6, 19, 97, 243, 317, 375, 423, 472, 532, 642, 791, 1960, 2000, 2000, 2000],
  },
];

export const ARXIV_SUMMARIZATION_CLASSES: readonly QuantileClass[] = [
  {
    weight: 3920,
    prompt: [1, 17, 48, 113, 383, 640, 810, 962, 1099, 1216, 1328, 1417, 1460, 1485, 1495, 1498, 1499],
    output: [10, 44, 60, 80, 112, 142, 173, 212, 287, 807, 2341, 3048, 3446, 3726, 3891, 4009, 4056],
  },
  {
    weight: 9875,
    prompt: [1500, 1543, 1595, 1680, 1835, 1962, 2080, 2194, 2303, 2404, 2508, 2605, 2651, 2680, 2694, 2698, 2699],
    output: [5, 42, 57, 75, 99, 119, 139, 160, 184, 213, 254, 331, 420, 659, 1180, 1841, 2400],
  },
  {
    weight: 8960,
    prompt: [2700, 2715, 2741, 2783, 2866, 2951, 3035, 3119, 3196, 3274, 3351, 3426, 3463, 3488, 3496, 3499, 3499],
    output: [11, 46, 62, 81, 107, 128, 149, 169, 194, 221, 261, 329, 400, 523, 771, 1023, 1324],
  },
  {
    weight: 5502,
    prompt: [3500, 3509, 3518, 3541, 3584, 3625, 3667, 3708, 3752, 3796, 3839, 3893, 3935, 3973, 4012, 4035, 4054],
    output: [12, 46, 64, 81, 104, 122, 139, 157, 177, 201, 231, 277, 323, 381, 452, 519, 539],
  },
];
