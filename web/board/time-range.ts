import { isoTime } from '../frame/format.ts';

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
  const match = /^now(?:-(\d{1,6})([smhdwMy]))?(\/d)?$/.exec(text);
  if (!match) return undefined;
  const [, count, unit = 's', whole] = match;
  const at = nowMs - Number(count ?? 0) * (UNITS[unit] ?? 0);
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

const absolute = (fromMs: number, toMs: number): TimeRange => ({
  from: String(Math.round(Math.max(0, fromMs))),
  to: String(Math.round(toMs)),
});

/** The same length, half of it earlier (-1) or later (1); never beyond now, where it becomes live again if it was relative. */
export function shifted(range: TimeRange, direction: -1 | 1, nowMs: number): TimeRange {
  const { fromMs, toMs } = bounds(range, nowMs);
  const half = ((toMs - fromMs) / 2) * direction;
  if (toMs + half < nowMs) return absolute(fromMs + half, toMs + half);
  const known = RANGES.find(([, from]) => nowMs - (momentOf(from, nowMs) ?? 0) === toMs - fromMs);
  return known ? { from: known[1], to: 'now' } : absolute(nowMs - (toMs - fromMs), nowMs);
}

/** Twice as long around the same middle; a live range stays live. */
export function zoomedOut(range: TimeRange, nowMs: number): TimeRange {
  const { fromMs, toMs } = bounds(range, nowMs);
  const length = toMs - fromMs;
  if (range.to === 'now') {
    const next = RANGES.find(([, from]) => nowMs - (momentOf(from, nowMs) ?? 0) > length * 1.5);
    return { from: next?.[1] ?? range.from, to: 'now' };
  }
  const end = Math.min(nowMs, toMs + length / 2);
  return absolute(end - 2 * length, end);
}

/** `2026-11-21 10:30`, with seconds or without, in UTC; undefined for what is none. */
export function parseUtc(text: string): number | undefined {
  const [, day, time = '00:00', seconds = ':00'] =
    /^\s*(\d{4}-\d{2}-\d{2})(?:[T ]+(\d{2}:\d{2})(:\d{2})?)?\s*Z?\s*$/.exec(text) ?? [];
  if (day === undefined) return undefined;
  const ms = Date.parse(`${day}T${time}${seconds}Z`);
  return Number.isNaN(ms) ? undefined : ms;
}

/** The range in words, e.g. `last 6 h`, or both ends in UTC. */
export function rangeText(range: TimeRange, nowMs: number): string {
  const known = range.to === 'now' && RANGES.find(([, from]) => from === range.from);
  if (known) return `last ${known[0]}`;
  const { fromMs, toMs } = bounds(range, nowMs);
  const [from, to] = [isoTime(fromMs), isoTime(toMs)];
  return `${from.slice(0, 16)} – ${to.slice(0, 10) === from.slice(0, 10) ? to.slice(11, 16) : to.slice(0, 16)} UTC`;
}
