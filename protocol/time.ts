import { z } from 'zod';

/** A moment as whole seconds since 1970 (UTC, without leap seconds) and the nanoseconds within that second. */
export const EventTime = z.strictObject({
  seconds: z.int().min(0).max(0xffff_ffff).describe('seconds since 1970-01-01T00:00:00Z'),
  nanoseconds: z.int().min(0).max(999_999_999).describe('nanoseconds within the second'),
});
export type EventTime = z.infer<typeof EventTime>;

/** Milliseconds since 1970, with a fraction: what `Clock` returns. */
export type Milliseconds = number;

/** The one way to ask for the time; tests pass their own. */
export type Clock = () => Milliseconds;

export const eventTimeFromMs = (ms: Milliseconds): EventTime => {
  const seconds = Math.floor(ms / 1000);
  return { seconds, nanoseconds: Math.min(999_999_999, Math.round((ms - seconds * 1000) * 1e6)) };
};

export const eventTimeToMs = (time: EventTime): Milliseconds => time.seconds * 1000 + time.nanoseconds / 1e6;

/** `2026-11-21T01:44:43.120000000Z` */
export const formatEventTime = (time: EventTime): string =>
  `${new Date(time.seconds * 1000).toISOString().slice(0, 19)}.${String(time.nanoseconds).padStart(9, '0')}Z`;
