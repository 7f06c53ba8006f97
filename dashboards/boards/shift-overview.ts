import { alarms, machineModes } from '../build/annotations.ts';
import { board, linkTo, row } from '../build/board.ts';
import { actorLanes, ageOfReadings } from '../build/flow-panels.ts';
import { column, outside, seriesLike, stat, table, words } from '../build/panels.ts';
import type { Dashboard } from '../model.ts';
import { ACTIVE_ALARMS, activeAlarms, SEVERITIES } from '../sql/alarms.ts';
import { quantitySeries, TIME } from '../sql/columns.ts';
import { figure } from '../sql/flow.ts';
import { latest } from '../sql/latest.ts';
import { LIMITS } from './limits.ts';

const BEAM = linkTo('spillway-beam', 'Beam on target');
const HORN = linkTo('spillway-horn', 'Target and horn');
const FLOW = linkTo('spillway-flow', 'Data flow');
const ALARMS = linkTo('spillway-alarms', 'Alarms');

const beamState = stat({
  id: 1,
  title: 'Beam',
  description:
    'From the last spills: no spill for 20 s, spills with less than 0.5 E12 protons, or beam. The super-cycle has a gap of 6.5 s a minute, which is normal.',
  unit: 'string',
  noValue: 'NO DATA',
  query: `SELECT multiIf(count() = 0, 'NO DATA', dateDiff('second', max(ts), $__toTime) > 20, 'NO SPILLS',
  argMax(value, ts) < 0.5, 'NO BEAM', 'BEAM') AS beam
FROM quantities WHERE quantity = 'pot' AND ts > $__toTime - INTERVAL 1 DAY AND ts <= $__toTime`,
  text: true,
  mappings: [
    words({
      BEAM: ['BEAM', 'green'],
      'NO BEAM': ['NO BEAM', 'yellow'],
      'NO SPILLS': ['NO SPILLS', 'orange'],
      'NO DATA': ['NO DATA', 'red'],
    }),
  ],
  links: [BEAM],
});

const potNow = stat({
  id: 2,
  title: 'Protons per spill',
  description: 'Last spill: E:TRTGTD, else E:TR101D; usually 20 to 50.',
  unit: 'suffix: E12',
  decimals: 1,
  noValue: 'no spill',
  colored: 'none',
  query: latest('pot'),
  links: [BEAM],
});

const potToday = stat({
  id: 3,
  title: 'Protons today',
  description: 'Sum over all spills since midnight UTC of the last day of the range.',
  unit: 'suffix: E12',
  decimals: 0,
  noValue: 'none',
  colored: 'none',
  query: `SELECT sum(sum) AS protons FROM quantities_1m
WHERE quantity = 'pot' AND ts >= toStartOfDay($__toTime, 'UTC') AND ts <= $__toTime`,
});

const spillRate = stat({
  id: 4,
  title: 'Spills per minute',
  description:
    'Over the last two minutes of the range; about 26 at a spill every 2.07 s with the gap of the super-cycle.',
  unit: 'suffix: /min',
  decimals: 1,
  noValue: '0',
  colored: 'none',
  query: `SELECT count() / 2 AS rate FROM quantities
WHERE quantity = 'pot' AND ts > $__toTime - INTERVAL 2 MINUTE AND ts <= $__toTime`,
});

const hornCurrent = stat({
  id: 5,
  title: 'Horn current',
  description: `Calibrated sum of the four strip lines at the last spill. Coloured outside of ${LIMITS.horn.low} to ${LIMITS.horn.high} kA; near 0 the horn is off, which can be meant.`,
  unit: 'suffix: kA',
  decimals: 1,
  noValue: 'no spill',
  thresholds: [
    { value: null, color: 'red' },
    { value: LIMITS.horn.low, color: 'text' },
    { value: LIMITS.horn.high, color: 'red' },
    { value: -1, color: 'blue' },
    { value: 1, color: 'red' },
  ],
  query: latest('horn_current'),
  links: [HORN],
});

const dataAge = ageOfReadings({
  id: 6,
  title: 'Age of the data',
  description:
    'From the last reading in the store to the end of the range. Beyond 30 s what stands on this page is old.',
  links: [FLOW],
});

const alarmCount = stat({
  id: 7,
  title: 'Active alarms',
  description: 'Alarms that are active at the end of the range, shelved and suppressed ones aside.',
  unit: 'none',
  decimals: 0,
  noValue: '0',
  thresholds: [
    { value: null, color: 'green' },
    { value: 1, color: 'red' },
  ],
  query: `SELECT count() AS alarms FROM (${ACTIVE_ALARMS})`,
  links: [ALARMS],
});

const mode = stat({
  id: 8,
  title: 'Machine mode',
  description: 'As the alarm engine has it; limits depend on it.',
  unit: 'string',
  noValue: 'not known',
  colored: 'none',
  text: true,
  query: `SELECT mode FROM machine_modes WHERE ts <= $__toTime ORDER BY ts DESC LIMIT 1`,
  links: [ALARMS],
});

const plot = seriesLike({});

const pot = plot(
  11,
  'Protons per spill',
  'Mean over each interval.',
  'suffix: E12',
  quantitySeries(['pot']),
  { legend: 'hidden', min: 0, fill: 10, links: [BEAM] },
);

const horn = plot(
  12,
  'Horn current',
  `Mean over each interval; shaded outside of ${LIMITS.horn.low} to ${LIMITS.horn.high} kA.`,
  'suffix: kA',
  quantitySeries(['horn_current']),
  {
    legend: 'hidden',
    thresholds: outside(LIMITS.horn.low, LIMITS.horn.high),
    showThresholds: true,
    links: [HORN],
  },
);

const position = plot(
  13,
  'Position on target',
  'Batches extrapolated from 121 over TGT to the target and weighted by intensity. Analyses cut at 2 mm, strict ones at 1 mm.',
  'lengthmm',
  quantitySeries(['target_x', 'target_y']),
  { thresholds: outside(-LIMITS.position, LIMITS.position), showThresholds: true, links: [BEAM] },
);

const width = plot(
  14,
  'Width on target',
  `Sigma of the profiles of E:MTGTDS; analyses cut at ${LIMITS.width.low} and ${LIMITS.width.high} mm.`,
  'lengthmm',
  quantitySeries(['width_x', 'width_y']),
  { thresholds: outside(LIMITS.width.low, LIMITS.width.high), showThresholds: true, links: [BEAM] },
);

const rate = plot(
  15,
  'Spills',
  'Spills per minute. Gaps are gaps in the data.',
  'suffix: /min',
  `SELECT ${TIME}, sum(count) * 60 / $__interval_s AS spills
FROM quantities_at(interval = $__interval_s)
WHERE quantity = 'pot' AND $__timeFilter(ts) GROUP BY time ORDER BY time`,
  { interval: '1m', style: 'bars', legend: 'hidden', min: 0 },
);

const alarmTable = table({
  id: 16,
  title: 'Active alarms',
  description: 'Worst first. The dashboard column leads to the picture.',
  unit: 'none',
  noValue: 'no active alarms',
  query: activeAlarms(20),
  overrides: [
    column('severity', {
      'custom.cellOptions': { type: 'color-background', mode: 'basic' },
      mappings: [words(SEVERITIES)],
      'custom.width': 90,
    }),
    column('since', { unit: 'dateTimeFromNow', 'custom.width': 130 }),
  ],
  links: [ALARMS],
});

const chain = actorLanes({
  id: 17,
  title: 'Health of the chain',
  description: 'Each actor by its heartbeats: running, not running, or silent where there is nothing.',
  maxDataPoints: 300,
  links: [FLOW],
});

const lag = plot(
  18,
  'Messages waiting',
  'Most messages that waited for an actor in each interval, by actor and stream. Steadily growing: look at the log of that actor.',
  'none',
  figure('lag', 'lane'),
  { interval: '1m', min: 0, style: 'steps', links: [FLOW] },
);

/** Fits a screen of 1920 by 1080 without scrolling: 22 rows of the grid. */
export const shiftOverview: Dashboard = board({
  uid: 'spillway-shift',
  title: 'Shift overview',
  description: 'Is there beam, is it on target, does its data arrive? Colour is for what is not normal.',
  range: 'now-1h',
  refresh: '5s',
  annotations: [machineModes, alarms],
  rows: [
    row(
      4,
      [3, beamState],
      [3, potNow],
      [3, potToday],
      [3, spillRate],
      [3, hornCurrent],
      [3, dataAge],
      [3, alarmCount],
      [3, mode],
    ),
    row(7, [8, pot], [8, horn], [8, position]),
    row(6, [8, width], [8, rate], [8, alarmTable]),
    row(5, [12, chain], [12, lag]),
  ],
});
