/** What the gate found, for the terminal. */

import { alignTable, LINE_WIDTH, wrapText } from '@infersim/report';
import { createColors } from 'picocolors';
import type { GateResult, LostRows } from '../errors/regression.js';
import { countOf, percentText } from './words.js';

/** Verdict first, then every regression, what is missing, fewer or new; with a final line feed. */
export function gateText(gate: GateResult, options: { readonly color: boolean }): string {
  const colors = createColors(options.color);
  const failures = gate.regressions.length + gate.missing.length;
  const lines = [
    gate.passed
      ? colors.green('gate: no headline error grew by more than a tenth')
      : colors.red(`gate: ${countOf(failures, 'headline figure')} worse than stored or missing`),
  ];
  if (gate.regressions.length > 0)
    lines.push(
      ...alignTable(
        [
          ['', '', 'stored %', 'allowed %', 'now %'],
          ...gate.regressions.map((item) => [
            item.id,
            item.figure,
            percentText(item.storedPct),
            percentText(item.allowedPct),
            percentText(item.nowPct),
          ]),
        ],
        { indent: '  ', leftColumns: 2 },
      ),
    );
  lines.push(...gate.missing.flatMap((item) => lostLines(item, 'missing')));
  lines.push(...gate.fewer.flatMap((item) => lostLines(item, 'fewer rows')));
  if (gate.added.length > 0)
    lines.push(...wrapText(`not stored yet: ${gate.added.join(', ')}`, '    ', LINE_WIDTH, '  '));
  for (const split of gate.notComputed) lines.push(`  not computed in this run, not compared: ${split}`);
  return `${lines.join('\n')}\n`;
}

function lostLines(item: LostRows, word: string): string[] {
  return wrapText(
    `${word}: ${item.id}, ${item.split}: ${item.nowRows} of ${item.storedRows} figures`,
    '    ',
    LINE_WIDTH,
    '  ',
  );
}
