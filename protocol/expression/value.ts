import type { AlarmStatus } from '../alarm/severity.ts';

/**
 * What an expression may come to when all is well. Numbers are always finite; the elements of an array may be anything
 * that was read, and are looked at when they are used.
 */
export type Plain = number | boolean | string | readonly number[];

/**
 * A value that cannot be told, and why: it spreads through every calculation it enters, until `orElse` or `usable`
 * catches it. An alarm whose value is unusable is INVALID.
 */
export interface Unusable {
  /** UDF: never came. TIMEOUT: too old, or missing where it should be. CALC: not to be calculated. DISABLE: over budget. */
  readonly status: AlarmStatus;
  /** Names the input and what is wrong with it, for people. */
  readonly reason: string;
  /** It has not come yet, and it is not overdue: nothing is wrong so far. */
  readonly waiting: boolean;
}

export type Value = Plain | Unusable;

export const isUnusable = (value: Value): value is Unusable => typeof value === 'object' && 'status' in value;

export const unusable = (status: AlarmStatus, reason: string, waiting = false): Unusable => ({
  status,
  reason,
  waiting,
});

/** Static type of an expression. `reading`: a device whose length nobody has said, so a number or an array. */
export type ValueType = 'number' | 'boolean' | 'text' | 'array' | 'reading';
