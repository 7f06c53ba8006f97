import { alarms, machineModes } from '../build/annotations.ts';
import { board, row } from '../build/board.ts';
import { pixelMap, timeSeries } from '../build/panels.ts';
import type { Dashboard } from '../model.ts';
import { MONITORS, monitorLight, pedestalMean, pixelLight } from '../sql/arrays.ts';

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
        maxDataPoints: 300,
        queries: [monitorLight],
      }),
    ]),
    row(8, [
      24,
      timeSeries({
        id: 31,
        title: 'Pedestals',
        description: 'Mean over all channels, read between spills. A step is a change of the electronics.',
        unit: 'volt',
        decimals: 4,
        maxDataPoints: 300,
        bridgeMs: 60_000,
        queries: [pedestalMean],
      }),
    ]),
  ],
});
