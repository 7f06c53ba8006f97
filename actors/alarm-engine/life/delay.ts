import { z } from 'zod';
import { compareSeverity, Severity } from '../../../protocol/alarm/severity.ts';
import type { Milliseconds } from '../../../protocol/time.ts';

/**
 * On-delay and off-delay, exactly. Each severity is a level of its own that is on while the judgement is at least as
 * severe. A level is announced as on once it has been on for the on-delay without a break, and as off once it has been
 * off for the off-delay: so a value that is a little wrong for long and very wrong for a moment is a minor alarm.
 */
const LEVELS = [Severity.minor, Severity.major, Severity.invalid] as const;

/** Since when each level has been other than announced; milliseconds since 1970. */
export const Waiting = z.partialRecord(z.enum(LEVELS), z.number());
export type Waiting = z.infer<typeof Waiting>;

export interface Delays {
  readonly onDelayMs: Milliseconds;
  readonly offDelayMs: Milliseconds;
}

/** What is announced, and which levels are waiting to be. */
export interface Delayed {
  readonly announced: Severity;
  readonly waiting: Waiting | undefined;
}

const isOn = (severity: Severity, level: Severity): boolean => compareSeverity(severity, level) >= 0;

/** Takes a judgement at `now`, and lets through what has lasted. */
export function judge(before: Delayed, judged: Severity, delays: Delays, now: Milliseconds): Delayed {
  if (judged === before.announced) return { announced: judged, waiting: undefined };
  const waiting: Waiting = {};
  for (const level of LEVELS)
    if (isOn(judged, level) !== isOn(before.announced, level))
      waiting[level] = before.waiting?.[level] ?? now;
  return pass({ announced: before.announced, waiting }, delays, now);
}

/** Lets time pass: levels whose delay is over are announced. */
export function pass({ announced, waiting }: Delayed, delays: Delays, now: Milliseconds): Delayed {
  if (!waiting) return { announced, waiting };
  const isDue = (level: keyof Waiting): boolean => {
    const since = waiting[level];
    return since !== undefined && since + delayOf(level, announced, delays) <= now;
  };
  let next: Severity = Severity.noAlarm;
  const left: Waiting = {};
  for (const level of LEVELS) {
    const due = isDue(level);
    if (isOn(announced, level) !== due) next = level;
    const since = waiting[level];
    if (!due && since !== undefined) left[level] = since;
  }
  return { announced: next, waiting: Object.keys(left).length > 0 ? left : undefined };
}

/** When time alone will announce something; undefined when nothing waits. */
export function dueAt({ announced, waiting }: Delayed, delays: Delays): Milliseconds | undefined {
  let first: Milliseconds | undefined;
  for (const level of LEVELS) {
    const since = waiting?.[level];
    if (since === undefined) continue;
    const at = since + delayOf(level, announced, delays);
    if (first === undefined || at < first) first = at;
  }
  return first;
}

const delayOf = (level: Severity, announced: Severity, delays: Delays): Milliseconds =>
  isOn(announced, level) ? delays.offDelayMs : delays.onDelayMs;
