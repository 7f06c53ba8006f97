import { AlarmStatus, Severity } from '../../protocol/alarm/severity.ts';
import { type Unusable, unusable, type Value } from '../../protocol/expression/value.ts';
import type { ShownValue } from '../../protocol/messages/alarm-change.ts';
import type { Assessment, Before } from './rules/rule.ts';

export const fine = (value: ShownValue, reason: string): Assessment => ({
  severity: Severity.noAlarm,
  status: AlarmStatus.noAlarm,
  value,
  reason,
  waiting: false,
});

export const withoutMeaning = (mode: string): Assessment => fine(null, `has no meaning in mode ${mode}`);

export const bad = (
  severity: Severity,
  value: ShownValue,
  reason: string,
  status: AlarmStatus = AlarmStatus.state,
): Assessment => ({ severity, status, value, reason, waiting: false });

/** A value that cannot be told is INVALID, not worse: unless it is still waited for, which is no verdict. */
export const invalid = ({ status, reason, waiting }: Unusable, before: Before): Assessment =>
  waiting
    ? { severity: before.severity, status: before.status, value: null, reason, waiting }
    : bad(Severity.invalid, null, reason, status);

/** An array where one value is needed. */
export const several = (text: string): Unusable =>
  unusable(AlarmStatus.calc, `${text} has several values where one is needed`);

export const shownOf = (value: Value): ShownValue => (typeof value === 'object' ? null : value);
