import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const PACKAGES = fileURLToPath(new URL('../../', import.meta.url));
/** Rooms of simulated time; wall clocks and timers are refused there by lint. */
const ROOMS = ['kernel', 'stats', 'devices', 'workload', 'serving', 'accounting', 'fleet'];
const FORBIDDEN = /\bMath\.random\b|\basync\b|\bawait\b|\bnew Promise\b/;

it('simulated time holds no unseeded random number and waits for nothing', () => {
  const found: string[] = [];
  for (const room of ROOMS) {
    const root = join(PACKAGES, room, 'src');
    for (const name of readdirSync(root, { recursive: true, encoding: 'utf8' })) {
      if (!name.endsWith('.ts')) continue;
      readFileSync(join(root, name), 'utf8')
        .split('\n')
        .forEach((line, index) => {
          const code = line.replace(/\/\/.*$|^\s*\/?\*.*$|\/\*.*?\*\//g, '');
          if (FORBIDDEN.test(code)) found.push(`${room}/src/${name}:${index + 1}: ${line.trim()}`);
        });
    }
  }
  expect(found).toEqual([]);
});
