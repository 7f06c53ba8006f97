import { SpillwayError } from '../../protocol/errors.ts';

/** What a panel shows, in ms since 1970. */
export interface TimeRange {
  readonly fromMs: number;
  readonly toMs: number;
}

const UNITS = 'smhdwMy';

/**
 * Reads Grafana's time texts, in UTC: `now`, `now-6h`, `now/d`, `now-1d/d`, ISO 8601, milliseconds.
 * @param end whether `/d` means the end of the day
 * @throws SpillwayError QUERY_INVALID
 */
export function timeOf(text: string, nowMs: number, end = false): number {
  if (/^\d+$/.test(text)) return Number(text);
  if (!text.startsWith('now')) {
    const time = Date.parse(text);
    if (Number.isFinite(time)) return time;
    throw refuse(text);
  }
  const time = new Date(nowMs);
  let rest = text.slice(3);
  while (rest !== '') {
    const [all, sign, count = '1', unit] = new RegExp(`^([-+/])(\\d*)([${UNITS}])`).exec(rest) ?? [];
    if (all === undefined || unit === undefined) throw refuse(text);
    if (sign === '/') round(time, unit, end);
    else shift(time, unit, (sign === '-' ? -1 : 1) * Number(count || 1));
    rest = rest.slice(all.length);
  }
  return time.getTime();
}

/** @throws SpillwayError QUERY_INVALID for a text that is no time, and for a range that ends before it begins */
export function timeRange(from: string, to: string, nowMs: number): TimeRange {
  const range = { fromMs: timeOf(from, nowMs), toMs: timeOf(to, nowMs, true) };
  if (range.fromMs < range.toMs) return range;
  throw new SpillwayError('QUERY_INVALID', `${from} is not before ${to}`);
}

const refuse = (text: string): SpillwayError =>
  new SpillwayError('QUERY_INVALID', `${text} is not a time such as now-6h or 2026-11-21T00:00:00Z`);

function shift(time: Date, unit: string, count: number): void {
  if (unit === 'M') time.setUTCMonth(time.getUTCMonth() + count);
  else if (unit === 'y') time.setUTCFullYear(time.getUTCFullYear() + count);
  else time.setTime(time.getTime() + count * (LENGTH_MS[unit] ?? 0));
}

const LENGTH_MS: Readonly<Record<string, number>> = {
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};

/** To the begin of the unit, or to its last millisecond. Weeks begin on Monday. */
function round(time: Date, unit: string, end: boolean): void {
  if (unit === 'M' || unit === 'y') time.setUTCMonth(unit === 'y' ? 0 : time.getUTCMonth(), 1);
  if (unit === 'w') shift(time, 'd', -((time.getUTCDay() + 6) % 7));
  const each = LENGTH_MS[unit === 'w' || unit === 'M' || unit === 'y' ? 'd' : unit] ?? 1;
  time.setTime(Math.floor(time.getTime() / each) * each);
  if (!end) return;
  shift(time, unit, 1);
  time.setTime(time.getTime() - 1);
}
