/**
 * Figures for people: at most four significant digits, a decimal suffix from ten thousand on, and the half-width of an
 * interval in the same scale with two digits.
 *
 * Suffixes are decimal (k = 1e3, M = 1e6, G = 1e9, T = 1e12), also for bytes. Files never pass through here: they keep
 * every digit.
 */

const SUFFIXES = ['', 'k', 'M', 'G', 'T', 'P'] as const;

/** What a table shows where a figure is not available. */
export const NOT_AVAILABLE = '-';

interface Scale {
  readonly divisor: number;
  readonly suffix: string;
  readonly exponential: boolean;
}

function scaleOf(value: number): Scale {
  const magnitude = Math.abs(value);
  if (magnitude !== 0 && (magnitude < 1e-4 || magnitude >= 1e19)) {
    return { divisor: 1, suffix: '', exponential: true };
  }
  let index = 0;
  let divisor = 1;
  if (magnitude >= 1e4) {
    while (index < SUFFIXES.length - 1 && magnitude / divisor >= 1000) {
      index++;
      divisor *= 1000;
    }
  }
  return { divisor, suffix: SUFFIXES[index]!, exponential: false };
}

function digits(value: number, significant: number): string {
  return String(Number(value.toPrecision(significant)));
}

/** A figure with at most `significant` digits; `-` when it is not finite. */
export function formatFigure(value: number | null | undefined, significant = 4): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return NOT_AVAILABLE;
  // Rounded first, so that 9999.5 is 10k and not 9.999k.
  const rounded = Number(value.toPrecision(significant));
  const scale = scaleOf(rounded);
  if (scale.exponential) return rounded.toExponential();
  return digits(rounded / scale.divisor, significant) + scale.suffix;
}

/**
 * A figure with its half-width, `123.4 ±5.6` or `12.05k ±0.14k`: both in one scale, the half-width with two digits and
 * the figure no finer than it, nor finer than four digits. A half-width below the last digit shown is `<` that digit;
 * one that is not a positive number is left out, since without spread there is no interval to speak of.
 */
export function formatEstimate(value: number | null, halfWidth: number | null, plusMinus: string): string {
  const figure = formatFigure(value);
  if (value === null || halfWidth === null || !Number.isFinite(value) || !(halfWidth > 0)) return figure;
  const scale = scaleOf(Number(value.toPrecision(4)));
  if (scale.exponential) return `${figure} ${plusMinus}${formatFigure(halfWidth, 2)}`;
  const scaled = value / scale.divisor;
  const width = halfWidth / scale.divisor;
  const finest = scaled === 0 ? 12 : Math.max(0, 3 - leadingPower(scaled));
  const decimals = Math.max(0, Math.min(finest, 1 - leadingPower(width)));
  const half = Number(width.toPrecision(2)).toFixed(decimals);
  const shown = Number(half) === 0 ? `<${(10 ** -decimals).toFixed(decimals)}` : half;
  return `${scaled.toFixed(decimals)}${scale.suffix} ${plusMinus}${shown}${scale.suffix}`;
}

/** A range in one scale, `7.87k-19.4k`, three digits each; one figure where both ends read alike. */
export function formatRange(low: number, high: number): string {
  const from = formatFigure(low, 3);
  const to = formatFigure(high, 3);
  if (from === to) return to;
  const scale = scaleOf(Number(high.toPrecision(3)));
  if (scale.exponential || scale.divisor === 1 || low === 0) return `${from}-${to}`;
  return `${digits(low / scale.divisor, 3)}${scale.suffix}-${to}`;
}

/** Power of ten of the leading digit: 2 for 123, -1 for 0.5. */
function leadingPower(value: number): number {
  return Number(value.toExponential().split('e')[1]);
}

/** Seconds as `1h30m`, `5m`, `12.5s`, `80ms`; `-` when not finite. */
export function formatDuration(seconds: number): string {
  if (!Number.isFinite(seconds)) return NOT_AVAILABLE;
  if (seconds < 0) return `-${formatDuration(-seconds)}`;
  if (seconds === 0) return '0s';
  if (seconds < 1) return `${digits(seconds * 1000, 3)}ms`;
  if (seconds < 60) return `${digits(seconds, 3)}s`;
  const whole = Math.round(seconds);
  const parts: readonly (readonly [number, string])[] = [
    [Math.floor(whole / 86_400), 'd'],
    [Math.floor((whole % 86_400) / 3600), 'h'],
    [Math.floor((whole % 3600) / 60), 'm'],
    [whole % 60, 's'],
  ];
  return parts
    .filter(([count]) => count > 0)
    .map(([count, unit]) => `${count}${unit}`)
    .join('');
}

/** Bytes in binary units, `79.6 GiB`, three digits. */
export function formatBytes(bytes: number): string {
  if (!Number.isFinite(bytes)) return NOT_AVAILABLE;
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'];
  let value = bytes;
  let index = 0;
  while (Math.abs(value) >= 1024 && index < units.length - 1) {
    value /= 1024;
    index++;
  }
  return `${digits(value, 3)} ${units[index]}`;
}
