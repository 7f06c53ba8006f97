import type { AlarmTally } from './tally.ts';

/** How two rule sets differ in what they would have done. */
export interface Comparison {
  /** Alarms that fire only under the new rules. */
  readonly added: readonly string[];
  /** Alarms that fire only under the other ones. */
  readonly vanished: readonly string[];
  /** Alarms that fire under both, but not alike. */
  readonly changed: readonly { readonly alarm: string; readonly before: number; readonly after: number }[];
}

/** @param after what the rules to be tried would have done; @param before what the others would have */
export function compare(after: readonly AlarmTally[], before: readonly AlarmTally[]): Comparison {
  const afterBy = new Map(after.map(tally => [tally.alarm, tally]));
  const beforeBy = new Map(before.map(tally => [tally.alarm, tally]));
  return {
    added: after.filter(({ alarm }) => !beforeBy.has(alarm)).map(({ alarm }) => alarm),
    vanished: before.filter(({ alarm }) => !afterBy.has(alarm)).map(({ alarm }) => alarm),
    changed: after.flatMap(tally => {
      const other = beforeBy.get(tally.alarm);
      const alike = !other || (other.fired === tally.fired && other.activeMs === tally.activeMs);
      return alike ? [] : [{ alarm: tally.alarm, before: other.fired, after: tally.fired }];
    }),
  };
}
