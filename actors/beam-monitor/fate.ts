import type { ErrorCode } from '../../protocol/errors.ts';

/**
 * What each problem of a device does to its values. One bad device never costs the others, and whatever the
 * raw block can hold is kept with its mark: whether a value is good enough is for the analysis to say.
 *
 * - `keep`: the values are published, the problem beside them.
 * - `leave out`: there is nothing the raw block could hold; only the problem is published.
 */
export const FATE = {
  /** Not among the readings. */
  DEVICE_MISSING: 'leave out',
  /** Nobody knows its type or length; or it came twice, and the first was taken. */
  DEVICE_UNREQUESTED: 'leave out',
  /** Text, booleans, or a fraction where the list says int. */
  DEVICE_TYPE: 'leave out',
  /** Which wire or batch a value belongs to is unknown. */
  DEVICE_LENGTH: 'leave out',
  /** The block has 32 bits; cutting a value to fit would make it a wrong one. */
  DEVICE_INT_RANGE: 'leave out',
  /** IEEE-754 has a place for NaN and infinities, and one dead wire must not cost the profile. */
  DEVICE_NOT_FINITE: 'keep',
  /** A status may be a mere warning (numi.md 3.4); without values there is nothing to keep. */
  DEVICE_STATUS: 'keep',
  /** A wrong clock does not make a wrong value. */
  DEVICE_TIME_FUTURE: 'keep',
  /** The value may be old: slow devices repeat their stamp, and so does a stalled engine. */
  DEVICE_TIME_FROZEN: 'keep',
  /** The trigger time stands in its place. */
  DEVICE_TIME_ABSENT: 'keep',
  /** Polling: the server answered for this device with a fault. */
  XMLRPC_FAULT: 'leave out',
  /** Polling: no answer for this device in time. */
  XMLRPC_TIMEOUT: 'leave out',
  /** Polling: the HTTP exchange for this device failed. */
  XMLRPC_HTTP: 'leave out',
  /** Polling: an answer that is not XML-RPC. */
  XMLRPC_INVALID: 'leave out',
} as const satisfies Partial<Record<ErrorCode, 'keep' | 'leave out'>>;

export type DeviceProblemCode = keyof typeof FATE;
