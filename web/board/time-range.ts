/** A time range as it is written in a board and in the address: `now-6h`, `now-1d/d`, or milliseconds since 1970. */
export interface TimeRange {
  readonly from: string;
  readonly to: string;
}

/** Ranges that people choose from. */
export const RANGES: readonly (readonly [label: string, from: string])[] = [
  ['15 min', 'now-15m'],
  ['1 h', 'now-1h'],
  ['6 h', 'now-6h'],
  ['24 h', 'now-24h'],
  ['7 d', 'now-7d'],
  ['30 d', 'now-30d'],
  ['1 y', 'now-1y'],
];

const UNITS: Readonly<Record<string, number>> = {
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 7 * 86_400_000,
  M: 30 * 86_400_000,
  y: 365 * 86_400_000,
};

/** Milliseconds since 1970; undefined for what is not understood. `/d` at the end goes back to the begin of the UTC day. */
export function momentOf(text: string, nowMs: number): number | undefined {
  if (/^\d{1,15}$/.test(text)) return Number(text);
  const [, count, unit, whole] = /^now(?:-(\d{1,6})([smhdwMy]))?(\/d)?$/.exec(text) ?? [, , , undefined];
  if (!text.startsWith('now') || (text !== 'now' && unit === undefined && whole === undefined)) {
    return undefined;
  }
  const at = nowMs - Number(count ?? 0) * (UNITS[unit ?? 's'] ?? 0);
  return whole === undefined ? at : Math.floor(at / 86_400_000) * 86_400_000;
}

/** Whether new data changes what the range shows. */
export const isLive = ({ to }: TimeRange): boolean => to.startsWith('now');

/** Begin and end in ms since 1970. @throws RangeError when the range is not understood or ends before it begins */
export function bounds({ from, to }: TimeRange, nowMs: number): { fromMs: number; toMs: number } {
  const fromMs = momentOf(from, nowMs);
  const toMs = momentOf(to, nowMs);
  if (fromMs === undefined || toMs === undefined || toMs <= fromMs) {
    throw new RangeError(`time range ${from} to ${to} is not understood`);
  }
  return { fromMs, toMs };
}

/** How often a live range is asked for again: no oftener than its plots can show a difference. */
export const refreshMs = ({ fromMs, toMs }: { fromMs: number; toMs: number }): number =>
  Math.min(300_000, Math.max(2_000, (toMs - fromMs) / 1000));
