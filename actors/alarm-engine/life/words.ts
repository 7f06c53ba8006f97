import type { Milliseconds } from '../../../protocol/time.ts';

/** `2026-11-21 09:41:07 UTC` */
export const timeText = (ms: Milliseconds): string =>
  `${new Date(ms).toISOString().slice(0, 19).replace('T', ' ')} UTC`;

const UNITS = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['min', 60_000],
  ['s', 1000],
] as const;

/** `12 h`, `1.5 d`, `250 ms`: the largest unit that fits, to a tenth. */
export function durationText(ms: Milliseconds): string {
  const [unit, length] = UNITS.find(([, length]) => ms >= length) ?? ['ms', 1];
  return `${Math.round((ms / length) * 10) / 10} ${unit}`;
}
