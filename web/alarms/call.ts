import { compareSeverity, type Severity } from '../../protocol/alarm/severity.ts';
import type { AlarmChange } from '../../protocol/messages/alarm-change.ts';
import { shownSeverity } from './words.ts';

/** Whether people are to be called: it is new or worse, and nobody has seen it yet. */
export const isCall = ({ from, to, severity, severityBefore }: AlarmChange): boolean =>
  to === 'unacknowledged' && (from !== 'unacknowledged' || compareSeverity(severity, severityBefore) > 0);

/** Several alarms of one cause come together: they are one call. */
export interface Call {
  readonly worst: AlarmChange;
  /** How many more there are. */
  readonly more: number;
}

/** Alarms that come within so long of the first are one burst. */
const BURST_MS = 1500;

/** Gathers calls into bursts, so that a flood of alarms makes one sound. */
export class Burst {
  #first = 0;
  #calls: AlarmChange[] = [];

  add(change: AlarmChange, nowMs: number): void {
    if (this.#calls.length === 0) this.#first = nowMs;
    this.#calls.push(change);
  }

  /** The burst, once it is over; those that have been acknowledged meanwhile are left out. */
  due(nowMs: number, isOpen: (alarm: string) => boolean): Call | undefined {
    if (this.#calls.length === 0 || nowMs - this.#first < BURST_MS) return undefined;
    const open = new Map(this.#calls.filter(({ alarm }) => isOpen(alarm)).map(one => [one.alarm, one]));
    this.#calls = [];
    const [worst] = [...open.values()].toSorted((a, b) =>
      compareSeverity(shownSeverity(b), shownSeverity(a)),
    );
    return worst && { worst, more: open.size - 1 };
  }
}

/** A beep: begin and length in seconds, pitch in Hz. Severities differ in rhythm, for ears that cannot tell the pitch. */
export type Beep = readonly [at: number, length: number, hertz: number];

/** In the manner of IEC 60601-1-8, section 6.3.3: more and faster pulses for what is more urgent. */
export const PATTERNS: Readonly<Record<Severity, readonly Beep[]>> = {
  NO_ALARM: [],
  MINOR: [
    [0, 0.25, 523],
    [0.4, 0.25, 659],
  ],
  MAJOR: [0, 1.2].flatMap(start =>
    [0, 0.18, 0.36, 0.66, 0.84].map((at, index): Beep => [start + at, 0.13, index < 3 ? 784 : 988]),
  ),
  INVALID: [0, 0.35, 0.7].map((at): Beep => [at, 0.2, 440]),
};
