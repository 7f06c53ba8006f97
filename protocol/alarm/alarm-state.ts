/**
 * The one effective state an alarm is in, in the terms of ISA-18.2-2016 / IEC 62682 (the letters of its state
 * diagram).
 */
export const AlarmState = {
  /** A: nothing wrong, or not for long enough yet. */
  normal: 'normal',
  /** B */
  unacknowledged: 'unacknowledged',
  /** C */
  acknowledged: 'acknowledged',
  /** D: over, and nobody has acknowledged it. */
  returnedUnacknowledged: 'returned-unacknowledged',
  /** E: over, kept until somebody resets it, and nobody has acknowledged it. */
  latchedUnacknowledged: 'latched-unacknowledged',
  /** F: over and acknowledged, kept until somebody resets it. */
  latchedAcknowledged: 'latched-acknowledged',
  /** G: put aside by a person, for a time. */
  shelved: 'shelved',
  /** H: has no meaning now: masked by its parent, not enabled, or not in this mode. */
  suppressed: 'suppressed',
  /** I: switched off by a person until further notice, or because the rule itself is at fault. */
  outOfService: 'out-of-service',
} as const;
export type AlarmState = (typeof AlarmState)[keyof typeof AlarmState];

/**
 * Which of several states that would apply is the effective one; first wins. Beneath the first three the alarm goes on
 * being evaluated, so that it is right at once when they end.
 */
export const PRECEDENCE = [
  AlarmState.outOfService,
  AlarmState.suppressed,
  AlarmState.shelved,
  AlarmState.unacknowledged,
  AlarmState.acknowledged,
  AlarmState.latchedUnacknowledged,
  AlarmState.latchedAcknowledged,
  AlarmState.returnedUnacknowledged,
  AlarmState.normal,
] as const satisfies readonly AlarmState[];

/** Whether something is wrong now and people are to know: B and C. */
export const isActive = (state: AlarmState): boolean =>
  state === AlarmState.unacknowledged || state === AlarmState.acknowledged;

/** Whether it stands on the list that a shifter has to work off: everything but normal and what was put aside. */
export const isOnList = (state: AlarmState): boolean =>
  PRECEDENCE.indexOf(state) > PRECEDENCE.indexOf(AlarmState.shelved) && state !== AlarmState.normal;
