import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { fitSeparable } from '../src/index.js';

describe('the README example', () => {
  it('prints what it says', () => {
    const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
    const bytes = [1e6, 1e7, 1e8, 1e9];
    const seconds = [7.5e-6, 3.6e-5, 3.1e-4, 3.1e-3];
    const { constants, information } = fitSeparable({
      parameters: [
        { path: 'devices.mine.latencyS', start: 1e-5, low: 1e-7, high: 1e-3, scale: 'log' },
        { path: 'devices.mine.busBps', start: 1e11, low: 1e9, high: 1e13, scale: 'log' },
      ],
      residuals: ([latencyS, busBps]) =>
        Float64Array.from(bytes, (b, i) => Math.log((latencyS! + b / busBps!) / seconds[i]!)),
    });
    expect(readme).toContain(`// about ${constants['devices.mine.busBps']!.toExponential(1)}`);
    expect(readme).toContain(`// about ${information.standardErrors[1]!.toFixed(2)},`);
  });
});
