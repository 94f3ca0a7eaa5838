/** Figures as a plain table and as a table of markdown: grouped, at most four significant digits. */

import { type Bound, type Figure, verdictOn } from './figure.js';

/** A number with at most four significant digits; large ones with thousands separated. */
export function digits(value: number): string {
  if (Number.isNaN(value)) return 'n/a';
  return Math.abs(value) >= 1000 ? Math.round(value).toLocaleString('en-US') : String(Number(value.toPrecision(4)));
}

function boundText(bound: Bound): string {
  return 'atLeast' in bound ? `>= ${digits(bound.atLeast)}` : `<= ${digits(bound.atMost)}`;
}

/** `gate >= 0.9 met, aim >= 1.2 missed`; empty where there is neither. */
function judgement({ value, gate, aim }: Figure): string {
  const parts: string[] = [];
  if (gate !== undefined) parts.push(`gate ${boundText(gate)} ${verdictOn(value, gate)}`);
  if (aim !== undefined) parts.push(`aim ${boundText(aim)} ${verdictOn(value, aim)}`);
  return parts.join(', ');
}

/** ` [least to greatest]`; empty with one round. */
function rangeText({ min, max }: Figure): string {
  return min === undefined || max === undefined || min === max ? '' : ` [${digits(min)} to ${digits(max)}]`;
}

const NAME_WIDTH = 52;

export function tableText(figures: readonly Figure[]): string {
  const lines: string[] = [];
  let group = '';
  for (const figure of figures) {
    if (figure.group !== group) {
      group = figure.group;
      lines.push('', group);
    }
    const judged = judgement(figure);
    lines.push(
      `  ${figure.name.padEnd(NAME_WIDTH)} ${digits(figure.value).padStart(10)} ${figure.unit}${rangeText(figure)}` +
        (judged === '' ? '' : `  ${judged}`),
    );
    if (figure.note !== undefined) lines.push(`  ${''.padEnd(NAME_WIDTH)}   ${figure.note}`);
  }
  return `${lines.join('\n')}\n`;
}

/** The same as markdown: measure, median with range and unit, gate and aim with verdicts, note. */
export function markdownTable(figures: readonly Figure[]): string {
  const cell = (text: string) => text.replaceAll('|', '\\|');
  const bound = (value: number, limit: Bound | undefined) =>
    limit === undefined ? '' : `${boundText(limit)}: ${verdictOn(value, limit)}`;
  const lines = ['| measure | median [range] | gate | aim | load, size |', '| --- | --- | --- | --- | --- |'];
  for (const figure of figures) {
    const cells = [
      `${figure.group}: ${figure.name}`,
      `${digits(figure.value)}${rangeText(figure)} ${figure.unit}`,
      bound(figure.value, figure.gate),
      bound(figure.value, figure.aim),
      figure.note ?? '',
    ];
    lines.push(`| ${cells.map(cell).join(' | ')} |`);
  }
  return `${lines.join('\n')}\n`;
}
