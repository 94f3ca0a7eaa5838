/** Constants in words of few characters: `14.0 us`, `468 GB/s`, `0.812`. */

interface Prefix {
  readonly from: number;
  readonly factor: number;
  readonly name: string;
}

const PREFIXES: { readonly [unit: string]: readonly Prefix[] } = {
  s: [
    { from: 1, factor: 1, name: 's' },
    { from: 1e-3, factor: 1e-3, name: 'ms' },
    { from: 1e-6, factor: 1e-6, name: 'us' },
    { from: 0, factor: 1e-9, name: 'ns' },
  ],
  B: [
    { from: 1e9, factor: 1e9, name: 'GB' },
    { from: 1e6, factor: 1e6, name: 'MB' },
    { from: 0, factor: 1, name: 'B' },
  ],
  'B/s': [
    { from: 1e12, factor: 1e12, name: 'TB/s' },
    { from: 0, factor: 1e9, name: 'GB/s' },
  ],
  tokens: [{ from: 0, factor: 1, name: 'tok' }],
};

const PLAIN: readonly Prefix[] = [{ from: 0, factor: 1, name: '' }];

function prefixOf(value: number, unit: string): Prefix {
  const prefixes = PREFIXES[unit] ?? PLAIN;
  return prefixes.find(({ from }) => Math.abs(value) >= from) ?? prefixes[prefixes.length - 1]!;
}

function digits(value: number): string {
  const text = value.toPrecision(3);
  return text.includes('e') ? String(Number(text)) : text;
}

/** One value with three digits and its unit; no unit for what has none. */
export function constantText(value: number, unit: string): string {
  const { factor, name } = prefixOf(value, unit);
  const suffix = name === '' && unit !== '1' ? unit : name;
  return suffix === '' ? digits(value) : `${digits(value / factor)} ${suffix}`;
}

/** An interval in the prefix of its upper end, the unit once: `12.1 to 15.9 us`. */
export function intervalText(low: number, high: number, unit: string): string {
  const { factor, name } = prefixOf(high, unit);
  const suffix = name === '' && unit !== '1' ? unit : name;
  const range = `${digits(low / factor)} to ${digits(high / factor)}`;
  return suffix === '' ? range : `${range} ${suffix}`;
}

/** A share as per cent with two digits: `5.2 %`, `31 %`; n/a for none. */
export function percentText(share: number | undefined): string {
  if (share === undefined) return 'n/a';
  const percent = 100 * share;
  return `${Math.abs(percent) < 9.95 ? percent.toFixed(1) : percent.toFixed(0)} %`;
}
