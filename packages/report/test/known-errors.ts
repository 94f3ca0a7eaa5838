/** A record in which the fixture's box with its engine was measured on two families, and the small box never. */

import { DEFAULT_WIDTHS, type ErrorRecord, errors, range } from '@infersim/confidence';

export const KNOWN_ERRORS: ErrorRecord = {
  groups: [
    errors('box', 'datacentre-gpu', 'llama-3', 'dense', 'engine', 'ttft', 400, -0.2, 0, 0.3),
    errors('box', 'datacentre-gpu', 'llama-3', 'dense', 'engine', 'tpot', 400, -0.05, 0, 0.05),
    errors('box', 'datacentre-gpu', 'qwen3-dense', 'dense', 'engine', 'tpot', 300, -0.08, 0, 0.08),
    errors('box', 'datacentre-gpu', 'qwen3-dense', 'dense', 'engine', 'power', 300, -0.1, 0, 0.1),
  ],
  ranges: [range('box', 'engine', 256, 9216, [1, 2], [8e9, 123e9], ['fp16', 'fp8'])],
  widths: DEFAULT_WIDTHS,
};
