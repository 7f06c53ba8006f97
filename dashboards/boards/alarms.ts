import { alarmFloods, floodShare } from '../../runtime/store/kpis/alarm-floods.ts';
import { priorities, setAside, timeInAlarm, topTen } from '../../runtime/store/kpis/alarm-load.ts';
import { alarmRate, alarmsPerPeriod } from '../../runtime/store/kpis/alarm-rate.ts';
import type { Kpi } from '../../runtime/store/kpis/kpi.ts';
import { chatteringAlarms, fleetingAlarms, staleAlarms } from '../../runtime/store/kpis/nuisance-alarms.ts';
import { noticeRate, timeToAcknowledge, timeToNotice } from '../../runtime/store/kpis/response.ts';
import { board, row } from '../build/board.ts';
import { column, stat, stateTimeline, table, timeSeries, words } from '../build/panels.ts';
import type { Dashboard } from '../model.ts';
import { activeAlarms, modeLane, SEVERITIES, severityLanes } from '../sql/alarms.ts';

const SCOPE = { from: '$__fromTime_ms', to: '$__toTime_ms' };
const NONE = 'none in the range';

const aim = (target: string): string => (target === '' ? '' : ` Aim: ${target}.`);

const kpiTable = (id: number, kpi: Kpi, overrides: Parameters<typeof column>[1] = {}) =>
  table({
    id,
    title: kpi.title,
    description: `${Object.entries(kpi.columns)
      .filter(([, what]) => what !== '')
      .map(([name, what]) => `${name}: ${what}`)
      .join('; ')}.${aim(kpi.target)}`,
    unit: 'none',
    decimals: 2,
    noValue: NONE,
    query: kpi.sql(SCOPE),
    overrides: Object.entries(overrides).map(([name, unit]) => column(name, { unit })),
  });

const kpiStat = (id: number, title: string, kpi: Kpi, of: string, unit: string) =>
  stat({
    id,
    title,
    description: `${kpi.columns[of] || kpi.title}.${aim(kpi.target)}`,
    unit,
    decimals: 2,
    noValue: NONE,
    colored: 'none',
    query: `SELECT ${of} FROM (${kpi.sql(SCOPE)})`,
  });

export const alarmsBoard: Dashboard = board({
  uid: 'spillway-alarms',
  title: 'Alarms',
  description:
    'What is active, what was, and how good the alarms are, by the figures of IEC 62682 and ISA-18.2.',
  range: 'now-24h',
  refresh: '10s',
  rows: [
    row(8, [
      24,
      table({
        id: 1,
        title: 'Active alarms',
        description: 'At the end of the range, worst first; shelved and suppressed ones aside.',
        unit: 'none',
        noValue: 'no active alarms',
        query: activeAlarms(200),
        overrides: [
          column('severity', {
            'custom.cellOptions': { type: 'color-background', mode: 'basic' },
            mappings: [words(SEVERITIES)],
          }),
          column('since', { unit: 'dateTimeAsIso' }),
        ],
      }),
    ]),
    row(8, [
      24,
      stateTimeline({
        id: 11,
        title: 'Timeline',
        description: 'Each alarm that changed in the range, by severity while it was active.',
        unit: 'none',
        noValue: 'nothing changed',
        query: severityLanes,
        mappings: [
          words({
            0: ['', 'transparent'],
            1: ['MINOR', 'yellow'],
            2: ['INVALID', 'purple'],
            3: ['MAJOR', 'red'],
          }),
        ],
      }),
    ]),
    row(4, [
      24,
      stateTimeline({
        id: 12,
        title: 'Machine mode',
        description: 'Limits depend on it.',
        unit: 'string',
        noValue: 'not known',
        query: modeLane,
      }),
    ]),
    row(
      4,
      [6, kpiStat(21, 'Alarms per 10 minutes', alarmRate, 'per_10min', 'none')],
      [6, kpiStat(22, 'Alarms in the range', alarmRate, 'alarms', 'none')],
      [6, kpiStat(23, 'Share of time in flood', floodShare, 'share', 'percentunit')],
      [6, kpiStat(24, 'Periods with more than 10', alarmRate, 'periods_over_10', 'percentunit')],
    ),
    row(7, [
      24,
      timeSeries({
        id: 31,
        title: 'Alarms raised per 10 minutes',
        description: 'More than 10 in 10 minutes is a flood: nobody can follow it.',
        unit: 'none',
        noValue: NONE,
        style: 'bars',
        legend: 'hidden',
        min: 0,
        queries: [`SELECT period AS time, alarms FROM (${alarmsPerPeriod(SCOPE, 600)}) ORDER BY time`],
      }),
    ]),
    row(
      8,
      [8, kpiTable(41, topTen)],
      [8, kpiTable(42, priorities)],
      [8, kpiTable(43, timeInAlarm, { active_s: 's', longest_s: 's' })],
    ),
    row(
      8,
      [8, kpiTable(44, chatteringAlarms)],
      [8, kpiTable(45, fleetingAlarms)],
      [8, kpiTable(46, staleAlarms)],
    ),
    row(
      8,
      [8, kpiTable(47, alarmFloods)],
      [8, kpiTable(48, setAside)],
      [8, kpiTable(49, timeToAcknowledge, { p50_s: 's', p90_s: 's', longest_s: 's' })],
    ),
    row(
      8,
      [12, kpiTable(50, noticeRate)],
      [12, kpiTable(51, timeToNotice, { p50_ms: 'ms', p99_ms: 'ms', longest_ms: 'ms' })],
    ),
  ],
});
