import type { Silence } from '../../protocol/messages/silence.ts';
import { millis } from '../alarms/words.ts';
import { age, isoTime } from '../frame/format.ts';

/** For how long, as people choose it. */
export const DURATIONS: readonly (readonly [label: string, duration: string])[] = [
  ['30 min', '30m'],
  ['1 h', '1h'],
  ['2 h', '2h'],
  ['4 h', '4h'],
  ['8 h (a shift)', '8h'],
  ['1 d', '24h'],
  ['3 d', '72h'],
  ['7 d', '168h'],
];

const HOUR_MS = 3_600_000;

export const durationMs = (duration: string): number =>
  Number.parseInt(duration, 10) * (duration.endsWith('m') ? 60_000 : HOUR_MS);

/** A matcher on each line; empty ones are passed over. */
export const matchersOf = (text: string): string[] =>
  text
    .split('\n')
    .map(line => line.trim())
    .filter(line => line !== '');

/** `until 2026-11-21 12:00 UTC, in 1 h 20 min` */
export function timeText({ phase, startsAt, endsAt, endedBy }: Silence, nowMs: number): string {
  const at = (ms: number) => `${isoTime(ms).slice(0, 16)} UTC`;
  const end = millis(endsAt);
  if (phase === 'expired')
    return `ended ${at(end)}${endedBy === '' ? '' : ` by ${endedBy}`}, ${age(nowMs - end)} ago`;
  const left = `until ${at(end)}, in ${age(end - nowMs)}`;
  return phase === 'pending' ? `from ${at(millis(startsAt))}, ${left}` : left;
}

/** What it does and has done. */
export function effectText({ phase, matching, fired, endWhenCleared }: Silence): string {
  const hides = phase === 'active' ? [`hides ${alarms(matching)} now`] : [];
  const hid = fired > 0 ? [`${times(fired)} an alarm was raised and not told`] : [];
  const clears = endWhenCleared && phase !== 'expired' ? ['ends with its alarms'] : [];
  return [...hides, ...hid, ...clears].join('; ');
}

export const alarms = (count: number): string => (count === 1 ? '1 alarm' : `${count} alarms`);
const times = (count: number): string => (count === 1 ? 'once' : `${count} times`);

const ORDER = ['active', 'pending', 'expired'];

/** In force first, then those to come, then those that have ended; what ends first stands first, what ended last. */
export const inOrder = (silences: readonly Silence[]): Silence[] =>
  silences.toSorted(
    (a, b) =>
      ORDER.indexOf(a.phase) - ORDER.indexOf(b.phase) ||
      (millis(a.endsAt) - millis(b.endsAt)) * (a.phase === 'expired' ? -1 : 1),
  );
