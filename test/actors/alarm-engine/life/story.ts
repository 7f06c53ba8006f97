import * as fc from 'fast-check';
import { advance, elapse, type Manner } from '../../../../actors/alarm-engine/life/advance.ts';
import { type Alarm, UNTOUCHED } from '../../../../actors/alarm-engine/life/alarm.ts';
import { type AlarmOrder, type Outcome, obey } from '../../../../actors/alarm-engine/life/obey.ts';
import { AlarmStatus, Severity } from '../../../../protocol/alarm/severity.ts';

/** Something that happens to one alarm, `after` milliseconds after what came before. */
export type Event = { readonly after: number } & (
  | { readonly kind: 'heard'; readonly severity: Severity; readonly sample?: boolean }
  | { readonly kind: 'suppressed'; readonly by: string | undefined }
  | { readonly kind: 'ordered'; readonly order: AlarmOrder }
  | { readonly kind: 'time' }
);

export const MANNER: Manner & { id: string; shelveMaxMs: number } = {
  id: 'beam/horn/current',
  onDelayMs: 0,
  offDelayMs: 0,
  count: { bad: 1, of: 1 },
  latch: false,
  acknowledge: true,
  shelveMaxMs: 1000,
};

const STATUS = {
  [Severity.noAlarm]: AlarmStatus.noAlarm,
  [Severity.minor]: AlarmStatus.high,
  [Severity.major]: AlarmStatus.hihi,
  [Severity.invalid]: AlarmStatus.calc,
} as const;

const common = {
  id: '00000000-0000-4000-8000-000000000000',
  by: 'shifter',
  origin: 'terminal',
  from: 'here',
  at: { seconds: 0, nanoseconds: 0 },
  alarm: MANNER.id,
} as const;

export const acknowledge: AlarmOrder = { kind: 'acknowledge', ...common, note: '' };
export const unacknowledge: AlarmOrder = { kind: 'unacknowledge', ...common, note: '' };
export const reset: AlarmOrder = { kind: 'reset', ...common, note: '' };
export const shelve = (durationMs: number, oneShot = false): AlarmOrder => ({
  kind: 'shelve',
  ...common,
  reason: 'known',
  durationMs,
  oneShot,
});
export const unshelve: AlarmOrder = { kind: 'unshelve', ...common, note: '' };
export const disable: AlarmOrder = { kind: 'disable', ...common, reason: 'broken' };
export const enable: AlarmOrder = { kind: 'enable', ...common, note: '' };
export const comment: AlarmOrder = { kind: 'comment', ...common, note: 'seen it' };
export const takeOver: AlarmOrder = { kind: 'take-over', ...common, note: '' };

export const heard = (severity: Severity, after = 1): Event => ({ kind: 'heard', severity, after });
export const ordered = (order: AlarmOrder, after = 1): Event => ({ kind: 'ordered', order, after });
export const suppressed = (by: string | undefined, after = 1): Event => ({ kind: 'suppressed', by, after });
export const passing = (after: number): Event => ({ kind: 'time', after });

/** Where an alarm is after an event, and what it was before. */
export interface Moment {
  readonly event: Event;
  readonly now: number;
  /** As it was left, before time passed up to this event. */
  readonly found: Alarm;
  readonly before: Alarm;
  readonly after: Alarm;
  readonly outcome?: Outcome;
}

/** Lives through events as the engine does: time first, then what comes, then the rule is asked again. */
export function live(events: readonly Event[], manner: Partial<Manner> = {}): Moment[] {
  const all = { ...MANNER, ...manner };
  let alarm: Alarm = UNTOUCHED;
  let now = 0;
  let severity: Severity = Severity.noAlarm;
  let by: string | undefined;
  return events.map(event => {
    now += event.after;
    const found = alarm;
    alarm = elapse(alarm, all, now);
    const before = alarm;
    if (event.kind === 'heard') severity = event.severity;
    if (event.kind === 'suppressed') by = event.by;
    let outcome: Outcome | undefined;
    if (event.kind === 'ordered') {
      outcome = obey(alarm, all, event.order, now);
      if (outcome.done) alarm = outcome.alarm;
    }
    const assessment = { severity, status: STATUS[severity], value: 0, reason: '', waiting: false };
    const sample = event.kind === 'heard' && event.sample !== false;
    alarm = advance(alarm, all, { now, assessment, sample, suppressedBy: by });
    return { event, now, found, before, after: alarm, ...(outcome ? { outcome } : {}) };
  });
}

const after = fc.integer({ min: 0, max: 400 });
const order = fc.oneof(
  fc.constantFrom(acknowledge, unacknowledge, reset, unshelve, disable, enable, comment, takeOver),
  fc.tuple(fc.integer({ min: 1, max: 1200 }), fc.boolean()).map(([ms, oneShot]) => shelve(ms, oneShot)),
);

export const anyEvents = fc.array(
  fc.oneof(
    {
      weight: 4,
      arbitrary: fc.record({
        kind: fc.constant('heard'),
        severity: fc.constantFrom(...Object.values(Severity)),
        after,
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({
        kind: fc.constant('suppressed'),
        by: fc.constantFrom(undefined, undefined, 'mode off', 'flow/parent'),
        after,
      }),
    },
    { weight: 3, arbitrary: fc.record({ kind: fc.constant('ordered'), order, after }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('time'), after }) },
  ),
  { maxLength: 40 },
) as fc.Arbitrary<Event[]>;

export const anyManner = fc.record({
  onDelayMs: fc.constantFrom(0, 100, 500),
  offDelayMs: fc.constantFrom(0, 100, 500),
  count: fc.constantFrom({ bad: 1, of: 1 }, { bad: 2, of: 3 }),
  latch: fc.boolean(),
  acknowledge: fc.boolean(),
});
