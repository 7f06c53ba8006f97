import { alarms, machineModes } from '../build/annotations.ts';
import { board, row } from '../build/board.ts';
import { pixelMap, timeSeries } from '../build/panels.ts';
import type { Dashboard } from '../model.ts';
import { MONITORS, pixelLight } from '../sql/arrays.ts';
import { listed, MEAN, quantitySeries, TIME } from '../sql/columns.ts';

const NAMES = ['hadron', 'muon_1', 'muon_2', 'muon_3'];

/** Signal less the pedestal of the same interval; none where one of them was not read. */
const light = `SELECT time, monitor, maxIf(mean, kind = 'signal') - maxIf(mean, kind = 'pedestal') AS Value
FROM (
  SELECT ${TIME}, splitByRegexp('_(signal|pedestal)$', quantity)[1] AS monitor, extract(quantity, '(signal|pedestal)$') AS kind,
    ${MEAN} AS mean
  FROM quantities_at(interval = $__interval_s)
  WHERE quantity IN (${listed(NAMES.flatMap(name => [`${name}_signal`, `${name}_pedestal`]))}) AND $__timeFilter(ts)
  GROUP BY time, monitor, kind
)
GROUP BY time, monitor HAVING count() = 2 ORDER BY time, monitor`;

const maps = MONITORS.map(
  (monitor, index) =>
    [
      6,
      pixelMap({
        id: 11 + index,
        title: monitor.name,
        description: `Mean signal of ${monitor.signal} over the range less its pedestal, pixel by pixel (${monitor.side} by ${monitor.side}).`,
        unit: 'volt',
        decimals: 2,
        interval: '1m',
        maxDataPoints: 100,
        query: pixelLight(monitor),
      }),
    ] as const,
);

export const monitors: Dashboard = board({
  uid: 'spillway-monitors',
  title: 'Hadron and muon monitors',
  description:
    'What comes through the target and the rock behind it: pixel maps, their light, their pedestals.',
  range: 'now-1h',
  refresh: '30s',
  annotations: [machineModes, alarms],
  rows: [
    row(12, ...maps),
    row(8, [
      24,
      timeSeries({
        id: 21,
        title: 'Light',
        description:
          'Mean over the pixels of each monitor, pedestal taken off. Muon monitors fall when the horn does.',
        unit: 'volt',
        interval: '1m',
        maxDataPoints: 300,
        queries: [light],
      }),
    ]),
    row(8, [
      24,
      timeSeries({
        id: 31,
        title: 'Pedestals',
        description:
          'Mean over the pixels of each monitor, read between spills. A step is a change of the electronics.',
        unit: 'volt',
        decimals: 4,
        interval: '1m',
        maxDataPoints: 300,
        bridgeMs: 60_000,
        queries: [quantitySeries(NAMES.map(name => `${name}_pedestal`))],
      }),
    ]),
  ],
});
