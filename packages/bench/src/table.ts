/** Figures as a plain table, grouped, at most four significant digits. */

import type { Figure } from './figure.js';

const digits = (value: number) =>
  Math.abs(value) >= 1000 ? Math.round(value).toLocaleString('en-US') : String(Number(value.toPrecision(4)));

export function tableText(figures: readonly Figure[]): string {
  const lines: string[] = [];
  let group = '';
  for (const figure of figures) {
    if (figure.group !== group) {
      group = figure.group;
      lines.push('', group);
    }
    const range =
      figure.min === undefined || figure.max === undefined ? '' : ` [${digits(figure.min)} to ${digits(figure.max)}]`;
    const ratio = figure.ratio === undefined ? '' : `  ${digits(figure.ratio)} x ${figure.against ?? ''}`;
    lines.push(`  ${figure.name.padEnd(42)} ${digits(figure.value).padStart(10)} ${figure.unit}${range}${ratio}`);
    if (figure.note !== undefined) lines.push(`  ${''.padEnd(42)}   ${figure.note}`);
  }
  return `${lines.join('\n')}\n`;
}
