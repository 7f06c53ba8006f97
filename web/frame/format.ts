/** A value as it is shown, with its unit apart so that it can be set smaller. */
export interface Shown {
  readonly text: string;
  readonly unit: string;
}

const PREFIXES: readonly (readonly [factor: number, sign: string])[] = [
  [1e12, 'T'],
  [1e9, 'G'],
  [1e6, 'M'],
  [1e3, 'k'],
  [1, ''],
  [1e-3, 'm'],
  [1e-6, 'µ'],
  [1e-9, 'n'],
];

const DURATIONS: readonly (readonly [seconds: number, unit: string])[] = [
  [86_400, 'd'],
  [3600, 'h'],
  [60, 'min'],
  [1, 's'],
  [1e-3, 'ms'],
  [1e-6, 'µs'],
];

/** Grafana's unit ids that stand for a physical unit: what it is called, and what one of it is in that unit. */
const PHYSICAL: Readonly<Record<string, readonly [unit: string, factor: number]>> = {
  volt: ['V', 1],
  kvolt: ['V', 1e3],
  amp: ['A', 1],
  lengthm: ['m', 1],
  lengthmm: ['m', 1e-3],
  Bps: ['B/s', 1],
  bytes: ['B', 1],
  decbytes: ['B', 1],
  hertz: ['Hz', 1],
};

const PLAIN: Readonly<Record<string, string>> = { fahrenheit: '°F', celsius: '°C', kelvin: 'K' };

/** Three or four figures: what can be read across a room. Trailing zeros go unless decimals were asked for. */
export function figures(value: number, decimals?: number): string {
  if (decimals !== undefined) return value.toFixed(decimals);
  if (value === 0) return '0';
  const size = Math.abs(value);
  if (size >= 1e7 || size < 1e-4) return value.toExponential(2);
  const digits = Math.max(0, 3 - Math.floor(Math.log10(size)) - 1);
  return String(Number(value.toFixed(Math.min(digits + 1, 6))));
}

const prefixOf = (value: number): readonly [factor: number, sign: string] =>
  PREFIXES.find(([one]) => Math.abs(value) >= one) ?? (value === 0 ? [1, ''] : [1e-9, 'n']);

function scaled(value: number, unit: string, decimals?: number): Shown {
  const [factor, prefix] = prefixOf(value);
  return { text: figures(value / factor, decimals), unit: `${prefix}${unit}` };
}

/** One scale for many values, so that they can be compared without their unit: that of the largest. */
export function commonScale(
  largest: number,
  unit = 'none',
): { readonly factor: number; readonly unit: string } {
  if (unit === 'percentunit') return { factor: 100, unit: '%' };
  if (unit === 's' || unit === 'ms') {
    const seconds = unit === 's' ? 1 : 1e-3;
    const size = Math.abs(largest * seconds);
    const [length, name] = DURATIONS.find(([one]) => size >= one) ?? [1, 's'];
    return { factor: seconds / length, unit: name };
  }
  const physical = Object.hasOwn(PHYSICAL, unit) ? PHYSICAL[unit] : undefined;
  if (!physical) return { factor: 1, unit: formatNumber(largest, unit).unit };
  const [factor, prefix] = prefixOf(largest * physical[1]);
  return { factor: physical[1] / factor, unit: `${prefix}${physical[0]}` };
}

function lasting(seconds: number, decimals?: number): Shown {
  const size = Math.abs(seconds);
  const [factor, unit] = DURATIONS.find(([one]) => size >= one) ?? [1, 's'];
  // Three figures say as much of a length of time as anybody can use.
  const shown = decimals === undefined ? Number((seconds / factor).toPrecision(3)) : seconds / factor;
  return { text: figures(shown, decimals), unit };
}

/**
 * A number in a unit of Grafana's (the ids that our boards use; docs/dashboards.md). An unknown id is shown as it is
 * written, so that nothing is ever shown in a wrong unit.
 */
export function formatNumber(value: number, unit = 'none', decimals?: number): Shown {
  if (!Number.isFinite(value)) return { text: String(value), unit: '' };
  if (unit === 'none' || unit === 'short' || unit === 'string') {
    return { text: figures(value, decimals), unit: '' };
  }
  if (unit === 's') return lasting(value, decimals);
  if (unit === 'ms') return lasting(value / 1000, decimals);
  if (unit === 'percentunit') return { text: figures(value * 100, decimals), unit: '%' };
  if (unit === 'percent') return { text: figures(value, decimals), unit: '%' };
  if (unit === 'dateTimeAsIso') return { text: isoTime(value), unit: '' };
  const physical = Object.hasOwn(PHYSICAL, unit) ? PHYSICAL[unit] : undefined;
  if (physical) return scaled(value * physical[1], physical[0], decimals);
  const named =
    /^suffix:\s*(.*)$/.exec(unit)?.[1] ?? (Object.hasOwn(PLAIN, unit) ? PLAIN[unit] : undefined) ?? unit;
  return { text: figures(value, decimals), unit: named.trim() };
}

/** Whatever a cell or an option holds, as text; nothing for nothing. */
export function asText(value: unknown): string {
  if (typeof value === 'string') return value;
  if (value === null || value === undefined) return '';
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : JSON.stringify(value);
}

/** `2026-11-21 10:30:05`, UTC. */
export const isoTime = (ms: number): string => new Date(ms).toISOString().slice(0, 19).replace('T', ' ');

/** `12 s`, `5 min`, `1 h 30 min`, `2 d 3 h`: how long, to the precision in which people think of it. */
export function age(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  const [hours, days] = [Math.floor(minutes / 60), Math.floor(minutes / 1440)];
  const both = (large: string, small: number, unit: string) =>
    small === 0 ? large : `${large} ${small} ${unit}`;
  return days === 0 ? both(`${hours} h`, minutes % 60, 'min') : both(`${days} d`, hours % 24, 'h');
}

/** `5 min ago`, for a time before `nowMs`; times ahead count as now. */
export const ago = (ms: number, nowMs: number): string => `${age(nowMs - ms)} ago`;
