/**
 * Axes as the command line gives them: `path=v1,v2,...` or `path=a..b:n[:log][:int]`.
 *
 * Values are split at commas outside of brackets, braces and quotes, so YAML lists and maps can be values. What a value
 * means is for the scenario's schema to say; here only what no scenario could take is refused.
 */

import type { Axis, AxisValues, DesignProblem } from './design.js';
import { isRangeText, parseRange } from './value-range.js';

/** Longest axis text, characters. */
const MAX_LENGTH = 1_000_000;

/** Reads one axis; `flag` is the flag it came with. */
export function parseAxis(flag: string, text: string): Axis | DesignProblem {
  const shown = text.length > 60 ? `${text.slice(0, 57)}...` : text;
  const origin = `${flag} ${shown}`;
  if (text.length > MAX_LENGTH) return { where: origin, message: `longer than ${MAX_LENGTH} characters` };
  const equals = firstOutside(text, '=');
  if (equals < 0) return { where: origin, message: 'there is no `=`: an axis is path=v1,v2 or path=a..b:n' };
  const path = text.slice(0, equals).trim();
  if (path === '') return { where: origin, message: 'there is no path before `=`' };
  const values = parseValues(text.slice(equals + 1));
  return 'message' in values ? { where: origin, message: values.message } : { path, values, origin };
}

/** Reads what stands behind the `=`. */
export function parseValues(text: string): AxisValues | { readonly message: string } {
  const texts = splitOutside(text);
  const [first = ''] = texts;
  if (texts.length === 1 && isRangeText(first)) {
    const parsed = parseRange(first);
    if ('message' in parsed) return parsed;
    return { kind: 'range', range: parsed.range, ...(parsed.count === undefined ? {} : { count: parsed.count }) };
  }
  for (const value of texts) {
    if (isRangeText(value)) return { message: `a range stands alone: \`${value}\` is one of ${texts.length} values` };
    const flaw = valueFlaw(value);
    if (flaw !== null) return { message: flaw };
  }
  const repeated = texts.find((value, index) => texts.indexOf(value) !== index);
  if (repeated !== undefined) return { message: `the value \`${repeated}\` is given twice` };
  return { kind: 'list', texts };
}

/** Why a value can be no cell of a results file, or null. */
export function valueFlaw(text: string): string | null {
  if (text === '') return 'a value is empty; give `""` for empty text, `null` to take a key away';
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not reach a file or terminal
  if (/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/.test(text)) return 'a value holds line ends or control characters';
  if (/^[=+@-]/.test(text) && Number.isNaN(Number.parseFloat(text)))
    return `a spreadsheet would run \`${text}\`: no value starts with = + - @`;
  return null;
}

/** Position of the first `wanted` outside of brackets, braces and quotes, or -1. */
function firstOutside(text: string, wanted: string, from = 0): number {
  let depth = 0;
  let quote = '';
  for (let at = from; at < text.length; at++) {
    const c = text[at]!;
    if (quote !== '') {
      if (c === '\\' && quote === '"') at++;
      else if (c === quote) quote = '';
    } else if (c === '"' || c === "'") quote = c;
    else if (c === '[' || c === '{') depth++;
    else if (c === ']' || c === '}') depth--;
    else if (c === wanted && depth <= 0) return at;
  }
  return -1;
}

function splitOutside(text: string): string[] {
  const parts: string[] = [];
  let from = 0;
  for (;;) {
    const comma = firstOutside(text, ',', from);
    parts.push(text.slice(from, comma < 0 ? undefined : comma).trim());
    if (comma < 0) return parts;
    from = comma + 1;
  }
}
