import { linkTo, row } from '../build/board.ts';
import { seriesLike, stat, table } from '../build/panels.ts';
import { DETECTOR, perMinute } from '../sql/detector.ts';
import { growth, said } from '../sql/flow.ts';

/** Whether the reconstruction keeps up, for the board of the camera. */

/** Heartbeats are kept by the minute. */
const MINUTE = '1m';
const FLOW = linkTo('spillway-flow', 'Data flow');
const SILENT = 'no heartbeat';

/** A figure of an actor's last heartbeat in the last ten minutes of the range. */
const lastly = (actor: string, value: string): string =>
  `SELECT ${value} AS value FROM health
WHERE actor = '${actor}' AND ts > $__toTime - INTERVAL 10 MINUTE AND ts <= $__toTime HAVING isFinite(value) AND count() > 0`;

const waiting = stat({
  id: 7,
  title: 'Events waiting',
  description: 'Raw events that no sentinel has taken yet.',
  unit: 'none',
  decimals: 0,
  noValue: SILENT,
  thresholds: [
    { value: null, color: 'green' },
    { value: 100, color: 'yellow' },
    { value: 1_000, color: 'red' },
  ],
  query: lastly('sentinel', "argMax(lanes['EVENT'].lag, ts)"),
  links: [FLOW],
});

const storeFill = stat({
  id: 8,
  title: 'Event store',
  description: 'Share of its room that is taken. When it is full, the oldest events go, read or not.',
  unit: 'percentunit',
  decimals: 0,
  noValue: SILENT,
  thresholds: [
    { value: null, color: 'green' },
    { value: 0.8, color: 'yellow' },
    { value: 0.95, color: 'red' },
  ],
  query: lastly('buffer-keeper', "argMax(counters['bytes'] / counters['maxBytes'], ts)"),
  links: [FLOW],
});

const flow = seriesLike({ noValue: SILENT, interval: MINUTE, min: 0, style: 'steps', links: [FLOW] });

const notReconstructed = table({
  id: 46,
  title: 'Not reconstructed',
  description:
    'Events of the range without a result, and why: sampled out to keep up, or without a picture. Empty is good.',
  unit: 'none',
  noValue: 'all are reconstructed',
  query: `SELECT ts AS time, run, serial, outcome, reason FROM events
WHERE ${DETECTOR} AND outcome != 'reconstructed' AND $__timeFilter(ts) ORDER BY ts DESC LIMIT 100`,
});

export const sentinelStats = [waiting, storeFill].map(panel => [3, panel] as const);

export const sentinelRows = [
  row(
    8,
    [
      8,
      flow(
        41,
        'Events by outcome',
        'A minute. Sampled out: not looked at, by the rule of the configuration, to keep up.',
        'suffix: /min',
        perMinute('events'),
        { noValue: 'no events', style: 'bars', stack: true },
      ),
    ],
    [
      8,
      flow(
        42,
        'Events waiting',
        'Most in each interval. Steadily growing: too few sentinels for this camera.',
        'none',
        said('sentinel', 'lag', ['EVENT'], "'waiting'"),
        { legend: 'hidden' },
      ),
    ],
    [
      8,
      flow(
        43,
        'Time for an event',
        'Half of the events took less, since the start of the sentinel: from fetching to the stored result (event), and where it goes.',
        'ms',
        said('sentinel', 'p50', [
          'event',
          'fetch',
          'queue',
          'calibration',
          'decode',
          'reconstruct',
          'waveforms',
          'display',
          'publish',
        ]),
      ),
    ],
  ),
  row(
    8,
    [
      8,
      flow(
        44,
        'Event store',
        'Bytes of bodies, and the most there may be.',
        'bytes',
        said('buffer-keeper', 'counter', ['bytes', 'maxBytes']),
      ),
    ],
    [
      8,
      flow(
        45,
        'Removed from the event store',
        'Bodies a second: those that everybody has had (removedRead), and those that somebody has not (removedUnread), which are lost.',
        'suffix: /s',
        growth(['removedRead', 'removedUnread'], 'counter'),
      ),
    ],
    [8, notReconstructed],
  ),
];
