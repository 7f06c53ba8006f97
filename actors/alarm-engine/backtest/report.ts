import type { Milliseconds } from '../../../protocol/time.ts';
import type { BacktestResult } from './backtest.ts';
import type { Comparison } from './compare.ts';
import type { Range } from './range.ts';
import type { AlarmTally } from './tally.ts';

/** What is told of a backtest. */
export interface Report {
  readonly range: Range;
  readonly result: BacktestResult;
  readonly comparison?: Comparison;
  /** How long it took. */
  readonly tookMs: Milliseconds;
}

/** For programs: times in ISO 8601, lengths of time in seconds. */
export function asJson({ range, result, comparison, tookMs }: Report): string {
  const { alarms, modes, messages, readings } = result;
  const body = {
    from: isoTime(range.from),
    to: isoTime(range.to),
    messages,
    readings,
    seconds: tookMs / 1000,
    modes: Object.fromEntries(Object.entries(modes).map(([mode, ms]) => [mode, ms / 1000])),
    alarms: alarms.map(({ activeMs, longestMs, first, last, ...tally }) => ({
      ...tally,
      activeSeconds: activeMs / 1000,
      longestSeconds: longestMs / 1000,
      first: Number.isNaN(first) ? null : isoTime(first),
      last: Number.isNaN(last) ? null : isoTime(last),
    })),
    ...(comparison && { comparison }),
  };
  return `${JSON.stringify(body, undefined, 2)}\n`;
}

/** For people: a table of alarms, then what is different, then what it was made from. */
export function asText({ range, result, comparison, tookMs }: Report): string {
  const { alarms, modes, messages, readings } = result;
  const width = Math.max(5, ...alarms.map(({ alarm }) => alarm.length));
  const speed = tookMs > 0 ? Math.round((readings / tookMs) * 1000) : readings;
  return [
    `${'alarm'.padEnd(width)}  fired  severity   active  longest  first                 by mode`,
    ...alarms.map(tally => rowOf(tally, width)),
    ...(alarms.length === 0 ? ['no alarm would have fired'] : []),
    ...(comparison ? ['', ...comparisonLines(comparison)] : []),
    '',
    `modes: ${Object.entries(modes)
      .map(([mode, ms]) => `${mode} ${span(ms)}`)
      .join(', ')}`,
    `${isoTime(range.from)} to ${isoTime(range.to)}: ${messages} messages, ${readings} readings in ${span(tookMs)}, ${speed} readings/s`,
    '',
  ].join('\n');
}

const rowOf = (
  { alarm, fired, severity, activeMs, longestMs, first, byMode, active }: AlarmTally,
  width: number,
) =>
  [
    alarm.padEnd(width),
    String(fired).padStart(5),
    severity.padEnd(8),
    span(activeMs).padStart(7),
    span(longestMs).padStart(7),
    (Number.isNaN(first) ? 'before' : isoTime(first)).padEnd(20),
    Object.entries(byMode)
      .map(([mode, times]) => `${mode} ${times}`)
      .join(', ') + (active ? ' (still active)' : ''),
  ].join('  ');

const comparisonLines = ({ added, vanished, changed }: Comparison): string[] =>
  added.length + vanished.length + changed.length === 0
    ? ['the same as under the other rules']
    : [
        ...added.map(alarm => `new: ${alarm}`),
        ...vanished.map(alarm => `gone: ${alarm}`),
        ...changed.map(({ alarm, before, after }) => `changed: ${alarm} fires ${after} times, not ${before}`),
      ];

const isoTime = (ms: Milliseconds): string => `${new Date(ms).toISOString().slice(0, 19)}Z`;

/** `850ms`, `12.3s`, `4.5m`, `3.2h`, `12.0d` */
function span(ms: Milliseconds): string {
  if (ms < 1000) return `${Math.round(ms)}ms`;
  const units = [
    ['s', 1000, 60_000],
    ['m', 60_000, 3_600_000],
    ['h', 3_600_000, 86_400_000],
    ['d', 86_400_000, Infinity],
  ] as const;
  const [unit, size] = units.find(([, , below]) => ms < below) ?? units[3];
  return `${(ms / size).toFixed(1)}${unit}`;
}
