import { alarms, machineModes } from '../build/annotations.ts';
import { board, queried, row } from '../build/board.ts';
import { outside, stat, timeSeries } from '../build/panels.ts';
import type { Dashboard } from '../model.ts';
import { deviceSeries, MEAN, quantityBand, TIME } from '../sql/columns.ts';
import { latest, latestReading } from '../sql/latest.ts';
import { LIMITS } from './limits.ts';

const devices = (id: number, title: string, description: string, unit: string, names: readonly string[]) =>
  timeSeries({ id, title, description, unit, queries: [deviceSeries(names)] });

/** Read every few seconds out of spill: a line over the holes. */
const slow = (id: number, title: string, description: string, unit: string, names: readonly string[]) =>
  timeSeries({ id, title, description, unit, queries: [deviceSeries(names)], bridgeMs: 60_000 });

export const targetAndHorn: Dashboard = board({
  uid: 'spillway-horn',
  title: 'Target and horn',
  description: 'The horn, the kicker and what surrounds the target; any scalar device can be chosen below.',
  range: 'now-6h',
  refresh: '30s',
  variables: [
    queried('device', 'Devices', 'SELECT DISTINCT device FROM readings_1h ORDER BY device', ['I:BEAM'], {
      multi: true,
      description: 'Scalar devices of the panel "Chosen devices"',
    }),
  ],
  annotations: [machineModes, alarms],
  rows: [
    row(
      3,
      [
        6,
        stat({
          id: 1,
          title: 'Horn current',
          description: 'At the last spill.',
          unit: 'suffix: kA',
          decimals: 1,
          noValue: 'no spill',
          colored: 'none',
          query: latest('horn_current'),
        }),
      ],
      [
        6,
        stat({
          id: 2,
          title: 'Horn polarity',
          description: 'E:HRNDIR; the sign tells.',
          unit: 'none',
          noValue: 'no spill',
          colored: 'none',
          query: latestReading('E:HRNDIR'),
        }),
      ],
      [
        6,
        stat({
          id: 3,
          title: 'Kicker voltage',
          description: 'I:KPS6N at the last spill; nominally 50.',
          unit: 'kvolt',
          decimals: 2,
          noValue: 'no spill',
          colored: 'none',
          query: latestReading('I:KPS6N'),
        }),
      ],
      [
        6,
        stat({
          id: 4,
          title: 'Hadron monitor gas',
          description: 'E:HMGPR, pressure.',
          unit: 'suffix: Torr',
          decimals: 1,
          noValue: 'no reading',
          colored: 'none',
          query: latestReading('E:HMGPR'),
        }),
      ],
    ),
    row(
      8,
      [
        12,
        timeSeries({
          id: 11,
          title: 'Horn current',
          description: `Mean, lowest and highest of each interval. Shaded outside of ${LIMITS.horn.low} to ${LIMITS.horn.high} kA.`,
          unit: 'suffix: kA',
          queries: [quantityBand('horn_current')],
          thresholds: outside(LIMITS.horn.low, LIMITS.horn.high),
          showThresholds: true,
        }),
      ],
      [
        12,
        devices(
          12,
          'Strip lines',
          'The four strip lines, a quarter of the current each, before calibration.',
          'suffix: kA',
          ['E:NSLINA', 'E:NSLINB', 'E:NSLINC', 'E:NSLIND'],
        ),
      ],
    ),
    row(
      8,
      [
        8,
        devices(21, 'Extraction kicker', 'Voltage and its charging references; nominally 50 kV.', 'kvolt', [
          'I:KPS6N',
          'I:KPS6NF',
          'I:KPS6NE',
        ]),
      ],
      [
        8,
        devices(22, 'Kicker current', 'I:KPS6NI, sampled; trips outside of 4940 to 5120 A.', 'amp', [
          'I:KPS6NI',
        ]),
      ],
      [8, devices(23, 'Beam in the kicker gap', 'I:BNKG; trips above 1.5 V.', 'volt', ['I:BNKG'])],
    ),
    row(
      8,
      [
        8,
        devices(31, 'Loss monitors', 'Of the P1 line.', 'suffix: R/s', [
          'I:LM701',
          'I:LM702',
          'I:LM703',
          'I:LM707',
          'I:LM708',
        ]),
      ],
      [
        8,
        slow(32, 'Kicker coolant', 'Temperature, its return, and the outside; 60 to 120 °F.', 'fahrenheit', [
          'I:K6FTR',
          'I:K6FT2',
          'M:OUTTMP',
        ]),
      ],
      [8, slow(33, 'Hadron monitor gas', 'E:HMGPR, pressure.', 'suffix: Torr', ['E:HMGPR'])],
    ),
    row(8, [
      24,
      timeSeries({
        id: 41,
        title: 'Chosen devices',
        description: 'Mean of each interval of the devices chosen above.',
        unit: 'none',
        noValue: 'none chosen',
        legend: 'table',
        bridgeMs: 60_000,
        queries: [
          `SELECT ${TIME}, device, ${MEAN} AS Value
FROM readings_at(interval = $__interval_s)
WHERE device IN (\${device:singlequote}) AND $__timeFilter(ts)
GROUP BY time, device ORDER BY time, device`,
        ],
      }),
    ]),
  ],
});
