import { alarms, machineModes } from '../build/annotations.ts';
import { board, linkTo, row } from '../build/board.ts';
import { heatMap, outside, stat, timeSeries } from '../build/panels.ts';
import type { Dashboard } from '../model.ts';
import { wireProfile } from '../sql/arrays.ts';
import { deviceSeries, elementSeries, quantitySeries, TIME } from '../sql/columns.ts';
import { LIMITS } from './limits.ts';

const BATCHES = Array.from({ length: 6 }, (_, index) => [`batch ${index + 1}`, index + 1] as const);

const overRange = (
  id: number,
  title: string,
  description: string,
  unit: string,
  decimals: number,
  value: string,
  quantity: string,
) =>
  stat({
    id,
    title,
    description,
    unit,
    decimals,
    noValue: 'no spill',
    colored: 'none',
    maxDataPoints: 100,
    query: `SELECT ${value} AS value FROM quantities_at(interval = $__interval_s)
WHERE quantity = '${quantity}' AND $__timeFilter(ts) HAVING sum(count) > 0`,
  });

const mean = 'sum(sum) / sum(count)';

const batches = (id: number, title: string, description: string, unit: string, device: string) =>
  timeSeries({
    id,
    title,
    description,
    unit,
    queries: [elementSeries(device, BATCHES)],
    legend: 'list',
    maxDataPoints: 500,
  });

const profile = (id: number, title: string, device: string, axis: 'x' | 'y') =>
  heatMap({
    id,
    title,
    description: `Signal of each wire of ${device}, by its place; 48 wires 0.5 mm apart. A dark line is a dead wire.`,
    unit: 'volt',
    axisLabel: 'mm',
    maxDataPoints: 200,
    query: wireProfile(device, axis),
  });

const TOROIDS = ['E:TRTGTD', 'E:TR101D', 'E:TORTGT', 'E:TOR101'];

const toroidAgreement = `SELECT time, device, reading / nullIf(reference, 0) AS Value
FROM (
  SELECT time, device, Value AS reading, maxIf(Value, device = 'E:TRTGTD') OVER (PARTITION BY time) AS reference
  FROM (${deviceSeries([...TOROIDS, 'I:BEAM'])})
)
WHERE device != 'E:TRTGTD' AND reference > 0.5 ORDER BY time, device`;

const integral = `SELECT time, sum(protons) OVER (ORDER BY time ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS protons
FROM (
  SELECT ${TIME}, sum(sum) AS protons FROM quantities_at(interval = $__interval_s)
  WHERE quantity = 'pot' AND $__timeFilter(ts) GROUP BY time
) ORDER BY time`;

export const beamOnTarget: Dashboard = board({
  uid: 'spillway-beam',
  title: 'Beam on target',
  description: 'Where the beam lands, how wide it is, how much of it, and whether the instruments agree.',
  range: 'now-6h',
  refresh: '30s',
  annotations: [machineModes, alarms],
  rows: [
    row(
      3,
      [
        5,
        overRange(
          1,
          'Protons in the range',
          'Sum over all spills; at coarse intervals the first one may be cut.',
          'suffix: E12',
          0,
          'sum(sum)',
          'pot',
        ),
      ],
      [
        4,
        overRange(
          2,
          'Spills in the range',
          'Triggers with a toroid reading.',
          'none',
          0,
          'sum(count)',
          'pot',
        ),
      ],
      [
        5,
        overRange(3, 'Mean x on target', 'Mean over all spills with beam.', 'lengthmm', 2, mean, 'target_x'),
      ],
      [
        5,
        overRange(4, 'Mean y on target', 'Mean over all spills with beam.', 'lengthmm', 2, mean, 'target_y'),
      ],
      [5, overRange(5, 'Mean width in x', 'Sigma of the profile.', 'lengthmm', 2, mean, 'width_x')],
    ),
    row(
      8,
      [
        12,
        timeSeries({
          id: 11,
          title: 'Position on target',
          description: `From the position monitors, and the centres of the profiles, which stand 29 feet upstream and differ by the angle of the beam. Shaded beyond ${LIMITS.position} mm.`,
          unit: 'lengthmm',
          queries: [quantitySeries(['target_x', 'target_y', 'profile_x', 'profile_y'])],
          thresholds: outside(-LIMITS.position, LIMITS.position),
          showThresholds: true,
        }),
      ],
      [
        12,
        timeSeries({
          id: 12,
          title: 'Width on target',
          description: `Sigma of the profiles of E:MTGTDS. Shaded outside of ${LIMITS.width.low} to ${LIMITS.width.high} mm.`,
          unit: 'lengthmm',
          queries: [quantitySeries(['width_x', 'width_y'])],
          thresholds: outside(LIMITS.width.low, LIMITS.width.high),
          showThresholds: true,
        }),
      ],
    ),
    row(
      8,
      [
        12,
        batches(
          21,
          'Horizontal position by batch',
          'E:HPTGT. Batch 1 lands about 0.3 mm left of the others; that is real.',
          'lengthmm',
          'E:HPTGT',
        ),
      ],
      [12, batches(22, 'Vertical position by batch', 'E:VPTGT.', 'lengthmm', 'E:VPTGT')],
    ),
    row(
      8,
      [
        12,
        batches(
          23,
          'Intensity by batch',
          'E:HITGT, in units of the monitor; 0 is no batch.',
          'none',
          'E:HITGT',
        ),
      ],
      [
        12,
        timeSeries({
          id: 24,
          title: 'Protons, integrated',
          description: 'Sum of the protons of all spills from the begin of the range.',
          unit: 'suffix: E12',
          min: 0,
          fill: 10,
          legend: 'hidden',
          queries: [integral],
        }),
      ],
    ),
    row(
      9,
      [12, profile(31, 'Horizontal profile', 'E:MTGTDS', 'x')],
      [12, profile(32, 'Vertical profile', 'E:MTGTDS', 'y')],
    ),
    row(
      8,
      [
        12,
        timeSeries({
          id: 41,
          title: 'Toroids',
          description: 'All four toroids, as they read. E:TRTGTD counts the protons.',
          unit: 'suffix: E12',
          min: 0,
          queries: [deviceSeries(TOROIDS)],
        }),
      ],
      [
        12,
        timeSeries({
          id: 42,
          title: 'Agreement of the toroids',
          description:
            'Each toroid, and the beam in the Main Injector, divided by E:TRTGTD, while there is beam. Drifts show here first.',
          unit: 'percentunit',
          decimals: 1,
          queries: [toroidAgreement],
          links: [linkTo('spillway-horn', 'Target and horn')],
        }),
      ],
    ),
  ],
});
