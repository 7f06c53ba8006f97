import { alarms } from '../build/annotations.ts';
import { board, row } from '../build/board.ts';
import { actorLanes, ageOfReadings } from '../build/flow-panels.ts';
import { column, seriesLike, stat, table, timeSeries, words } from '../build/panels.ts';
import type { Dashboard } from '../model.ts';
import { TIME } from '../sql/columns.ts';
import { figure, growth, said } from '../sql/flow.ts';

/** Heartbeats are kept by the minute beyond the last days: nothing here is finer. */
const MINUTE = '1m';

const lanes = seriesLike({ min: 0, interval: MINUTE, style: 'steps' });

const latency = (id: number, title: string, place: 1 | 2) =>
  timeSeries({
    id,
    title,
    description: `${place === 1 ? 'Half' : '99 of 100'} of the in-spill records were faster. callback: trigger to the front end's call; accepted: call to stored by JetStream; packed: to the record; stored: to the row in the store; all: trigger to row.`,
    unit: 'ms',
    min: 0,
    interval: MINUTE,
    // Digests are heavy to merge: a point a day over a year.
    maxDataPoints: 180,
    bridgeMs: 180_000,
    queries: [
      `SELECT ${TIME}, hop, quantilesTDigestMerge(0.5, 0.99)(quantiles)[${place}] AS Value
FROM latencies_at(interval = $__interval_s)
WHERE $__timeFilter(ts) GROUP BY time, hop ORDER BY time, hop`,
    ],
  });

const actors = table({
  id: 1,
  title: 'Actors',
  description: 'Last heartbeat of each actor in the last ten minutes of the range.',
  unit: 'none',
  query: `SELECT actor, argMax(state, ts) AS state, greatest(0, dateDiff('second', max(ts), $__toTime)) AS age,
  argMax(host, ts) AS host, argMax(version, ts) AS version, argMax(started_at, ts) AS started,
  arraySum(mapValues(mapApply((name, lane) -> (name, lane.lag), argMax(lanes, ts)))) AS waiting,
  arraySum(mapValues(mapApply((name, lane) -> (name, lane.dead), argMax(lanes, ts)))) AS dead,
  argMax(last_error, ts) AS error
FROM health WHERE ts > $__toTime - INTERVAL 10 MINUTE AND ts <= $__toTime GROUP BY actor ORDER BY actor`,
  overrides: [
    column('state', {
      mappings: [
        words({ running: ['running', 'green'], failing: ['failing', 'red'], stopped: ['stopped', 'orange'] }),
      ],
      'custom.cellOptions': { type: 'color-text' },
    }),
    column('age', { unit: 's' }),
    column('started', { unit: 'dateTimeAsIso' }),
  ],
});

const gaps = table({
  id: 51,
  title: 'Gaps',
  description: 'Messages that have left a stream before somebody had them. Empty is good.',
  unit: 'none',
  noValue: 'no gaps',
  query: `SELECT ts AS time, stage AS who, of_stream AS stream, first, last, count AS messages, reason FROM ledger
WHERE kind = 'missing' AND $__timeFilter(ts) ORDER BY ts DESC LIMIT 100`,
});

const problems = timeSeries({
  id: 52,
  title: 'Problems of readings',
  description: 'Readings with a problem, by code; the codes are explained in docs/operations.md.',
  unit: 'none',
  noValue: 'no problems',
  interval: MINUTE,
  min: 0,
  style: 'bars',
  stack: true,
  queries: [
    `SELECT ${TIME}, code, count() AS Value FROM reading_problems
WHERE $__timeFilter(ts) GROUP BY time, code ORDER BY time, code`,
  ],
});

const diskFree = stat({
  id: 2,
  title: 'Room for beam files',
  description: 'Free bytes where the rotorooter writes, at its last heartbeat.',
  unit: 'bytes',
  decimals: 1,
  noValue: 'not known',
  thresholds: [
    { value: null, color: 'red' },
    { value: 5e9, color: 'yellow' },
    { value: 2e10, color: 'green' },
  ],
  query: `SELECT argMax(counters['freeBytes'], ts) AS free FROM health
WHERE actor = 'rotorooter' AND ts > $__toTime - INTERVAL 10 MINUTE AND ts <= $__toTime HAVING count() > 0`,
});

const rowsAge = ageOfReadings({
  id: 3,
  title: 'Last row in the store',
  description: 'From the last insert of readings to the end of the range.',
});

/** What became of a camera's events, by the counters of those who had them. */
const CAMERA_COUNTERS = [
  'events',
  'events{outcome="reconstructed"}',
  'events{outcome="sampled-out"}',
  'rows{table="raw_events"}',
  'rows{table="events"}',
  'rows{table="run_summaries"}',
];

const cameraRow = row(
  8,
  [
    8,
    lanes(
      71,
      'Events of the camera',
      'Per second: received and kept (event-intake), reconstructed and sampled out (sentinel), in the store (recorder), and summaries of runs.',
      'suffix: /s',
      growth(CAMERA_COUNTERS, 'counter'),
      { noValue: 'no camera' },
    ),
  ],
  [
    8,
    lanes(
      72,
      'Event store',
      'Bytes of bodies, and the most there may be.',
      'bytes',
      said('buffer-keeper', 'counter', ['bytes', 'maxBytes']),
      { noValue: 'no camera' },
    ),
  ],
  [
    8,
    lanes(
      73,
      'Removed unread',
      'Bodies that left the event store before everybody had them, since the start of the buffer-keeper. A step is a loss.',
      'none',
      said('buffer-keeper', 'counter', ['removedUnread']),
      { noValue: 'no camera' },
    ),
  ],
);

export const dataFlow: Dashboard = board({
  uid: 'spillway-flow',
  title: 'Data flow',
  description:
    'Each hop from the front ends to files and store: rate, lag, latency, retries, dead letters, gaps, disk.',
  range: 'now-6h',
  refresh: '30s',
  annotations: [alarms],
  rows: [
    row(7, [16, actors], [4, diskFree], [4, rowsAge]),
    row(6, [
      24,
      actorLanes({
        id: 11,
        title: 'Actors over time',
        description: 'Running, not running, or silent where there is nothing.',
        maxDataPoints: 500,
      }),
    ]),
    row(
      8,
      [
        12,
        lanes(
          21,
          'Messages handled',
          'Per second, by actor and stream.',
          'suffix: /s',
          figure('rate', 'lane', 'sum(sum) / sum(count)'),
        ),
      ],
      [
        12,
        lanes(
          22,
          'Messages waiting',
          'Most in each interval. Steadily growing: that actor is too slow or stands.',
          'none',
          figure('lag', 'lane'),
        ),
      ],
    ),
    row(8, [12, latency(31, 'Latency by hop, median', 1)], [12, latency(32, 'Latency by hop, 99 %', 2)]),
    row(
      8,
      [
        8,
        lanes(
          41,
          'Retries',
          'Tries beyond the first, since the start of each actor. Steps: something was away.',
          'none',
          figure('retries', 'lane'),
        ),
      ],
      [
        8,
        lanes(
          42,
          'Dead letters',
          'Given up since the start of each actor: spillway dead list.',
          'none',
          figure('dead', 'lane'),
        ),
      ],
      [
        8,
        lanes(
          43,
          'Latencies the actors tell',
          '99 of 100 since the start of each actor.',
          'ms',
          figure('p99', 'latency'),
        ),
      ],
    ),
    row(8, [12, gaps], [12, problems]),
    row(
      8,
      [
        8,
        lanes(
          61,
          'Beam files grow',
          'Bytes per second written by the rotorooter.',
          'Bps',
          growth(['bytes'], 'counter'),
        ),
      ],
      [
        8,
        lanes(
          62,
          'Room for beam files',
          'Least free bytes in each interval.',
          'bytes',
          `SELECT ${TIME}, min(min) AS free
FROM flow_at(interval = $__interval_s)
WHERE figure = 'counter' AND name = 'freeBytes' AND $__timeFilter(ts) GROUP BY time ORDER BY time`,
        ),
      ],
      [
        8,
        lanes(
          63,
          'Callbacks',
          'Per second, and what became of them.',
          'suffix: /s',
          growth(['callbacks', 'accepted', 'duplicates', 'notStored', 'missed', 'refused'], 'counter'),
        ),
      ],
    ),
    cameraRow,
  ],
});
