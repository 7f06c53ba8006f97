import { z } from 'zod';
import type { Milliseconds } from '../../../protocol/time.ts';

const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
type Day = (typeof DAYS)[number];

const Clock = z
  .string()
  .regex(/^([01]\d|2[0-3]):[0-5]\d$|^24:00$/, 'must be a time of day from "00:00" to "24:00"')
  .transform(text => Number(text.slice(0, 2)) * 60 + Number(text.slice(3)));

/** Hours of a week, by the clock on the wall of a place. */
export const TimeOfDay = z
  .strictObject({
    zone: z
      .string()
      .default('UTC')
      .refine(isZone, 'must be a time zone such as America/Chicago or UTC')
      .describe('time zone; its daylight saving is kept to'),
    days: z
      .array(z.enum(DAYS))
      .min(1)
      .default([...DAYS])
      .describe('days on which the hours begin'),
    from: Clock.prefault('00:00'),
    to: Clock.prefault('24:00').describe('not included; before `from`, it is on the next day'),
  })
  .refine(({ from, to }) => from !== to, { path: ['to'], message: 'must not equal from: no time would fit' })
  .refine(({ from }) => from < 1440, { path: ['from'], message: 'must be before 24:00' })
  .refine(({ to }) => to > 0, { path: ['to'], message: 'must be after 00:00; midnight at the end is 24:00' });
export type TimeOfDay = z.infer<typeof TimeOfDay>;

function isZone(zone: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: zone }).format() !== '';
  } catch {
    return false;
  }
}

/** Says whether a moment is within the hours. */
export function compileTimeOfDay({ zone, days, from, to }: TimeOfDay): (at: Milliseconds) => boolean {
  const format = new Intl.DateTimeFormat('en-GB', {
    timeZone: zone,
    weekday: 'short',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  });
  const begins = (day: number) => days.includes(DAYS[(day + 7) % 7] as Day);
  return at => {
    const parts = Object.fromEntries(format.formatToParts(at).map(({ type, value }) => [type, value]));
    const day = DAYS.indexOf(parts['weekday']?.toLowerCase() as Day);
    const minute = Number(parts['hour']) * 60 + Number(parts['minute']);
    if (from < to) return begins(day) && minute >= from && minute < to;
    return minute >= from ? begins(day) : minute < to && begins(day - 1);
  };
}
