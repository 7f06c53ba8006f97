/** Alarm severities of EPICS, least first. INVALID says that the value cannot be trusted, not that it is worse. */
export const Severity = {
  noAlarm: 'NO_ALARM',
  minor: 'MINOR',
  major: 'MAJOR',
  invalid: 'INVALID',
} as const;
export type Severity = (typeof Severity)[keyof typeof Severity];

const ORDER: readonly Severity[] = [Severity.noAlarm, Severity.minor, Severity.major, Severity.invalid];

/** EPICS's order (alarm.h): NO_ALARM < MINOR < MAJOR < INVALID. Negative when `a` is less severe than `b`. */
export const compareSeverity = (a: Severity, b: Severity): number => ORDER.indexOf(a) - ORDER.indexOf(b);

export const worse = (a: Severity, b: Severity): Severity => (compareSeverity(a, b) >= 0 ? a : b);

/** What about a value is wrong: the status words of EPICS's alarm.h that Spillway uses. */
export const AlarmStatus = {
  noAlarm: 'NO_ALARM',
  /** Below the lowest limit. */
  lolo: 'LOLO',
  low: 'LOW',
  high: 'HIGH',
  /** Above the highest limit. */
  hihi: 'HIHI',
  /** A condition that should not hold, holds. */
  state: 'STATE',
  /** Nothing came for too long: the value is stale, or what was expected is absent. */
  timeout: 'TIMEOUT',
  /** The value could not be calculated: NaN, a division by zero, a device that reported an error. */
  calc: 'CALC',
  /** No value has ever come. */
  undefined: 'UDF',
  /** The rule itself is at fault and has been switched off. */
  disable: 'DISABLE',
} as const;
export type AlarmStatus = (typeof AlarmStatus)[keyof typeof AlarmStatus];
