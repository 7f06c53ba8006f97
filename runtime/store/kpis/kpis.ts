import { alarmFloods, floodShare } from './alarm-floods.ts';
import { priorities, setAside, timeInAlarm, topTen } from './alarm-load.ts';
import { alarmRate } from './alarm-rate.ts';
import type { Kpi } from './kpi.ts';
import { chatteringAlarms, fleetingAlarms, staleAlarms } from './nuisance-alarms.ts';
import { peak10Minutes } from './peak-10-minutes.ts';
import { noticeRate, timeToAcknowledge, timeToNotice } from './response.ts';

/** Every figure by which the alarm system is judged, in the order in which one reads them. */
export const kpis: readonly Kpi[] = [
  alarmRate,
  peak10Minutes,
  alarmFloods,
  floodShare,
  chatteringAlarms,
  fleetingAlarms,
  staleAlarms,
  topTen,
  priorities,
  timeToAcknowledge,
  timeInAlarm,
  setAside,
  noticeRate,
  timeToNotice,
];
