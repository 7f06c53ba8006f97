import type { ShownValue } from '../messages/alarm-change.ts';

/** Five figures are more than anybody reads; the whole value is in the message and in the store. */
const FIGURES = 5;

/** A value as it is written to people: `185.42`, `true`, `NaN`; empty when there is none. */
export const shownText = (value: ShownValue): string =>
  value === null ? '' : String(typeof value === 'number' ? Number(value.toPrecision(FIGURES)) : value);
