import { type AlarmChange, ChangeCause } from '../messages/alarm-change.ts';
import { eventTimeToMs } from '../time.ts';
import { areaOf } from './alarm-id.ts';
import { type AlarmState, isOnList } from './alarm-state.ts';
import { compareSeverity } from './severity.ts';

export interface AlarmFilter {
  /** Every alarm, not only those that a shifter has to work off. */
  readonly all: boolean;
  /** Only these states, whatever `all` says. */
  readonly states?: readonly AlarmState[] | undefined;
  /** The area and all below it. */
  readonly area?: string | undefined;
}

/** The alarms of a list, worst first, then the latest. */
export const chooseAlarms = (
  alarms: Iterable<AlarmChange>,
  { all, states, area }: AlarmFilter,
): AlarmChange[] =>
  [...alarms]
    .filter(({ alarm, to, cause }) => {
      // What has no rule any more is no alarm.
      if (cause === ChangeCause.removed) return false;
      if (states ? !states.includes(to) : !all && !isOnList(to)) return false;
      return area === undefined || isWithin(areaOf(alarm), area);
    })
    .toSorted((a, b) => compareSeverity(b.peak, a.peak) || eventTimeToMs(b.at) - eventTimeToMs(a.at));

const isWithin = (area: string, wanted: string): boolean => area === wanted || area.startsWith(`${wanted}/`);
