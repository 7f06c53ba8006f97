import type { AlarmChange } from '../messages/alarm-change.ts';
import { areaOf } from './alarm-id.ts';

/** Words about an alarm that silences and filters match on. */
export type Labels = Readonly<Record<string, string>>;

/**
 * The labels of an alarm as it is now: those of its rule and, over them, `alertname` and `alarm` (both its id), `area`,
 * `severity` (worst since it was last normal) and `mode`.
 */
export const labelsOfAlarm = (change: AlarmChange): Labels => ({
  ...change.labels,
  alertname: change.alarm,
  alarm: change.alarm,
  area: areaOf(change.alarm),
  severity: change.peak,
  mode: change.mode,
});
