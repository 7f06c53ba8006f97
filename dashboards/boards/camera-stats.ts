import { linkTo } from '../build/board.ts';
import { stat } from '../build/panels.ts';
import { DETECTOR, LATELY } from '../sql/detector.ts';
import { latestRun } from '../sql/runs.ts';

/** How the camera does now, for the first row of its board. */

const RUNS = linkTo('spillway-runs', 'Runs');

const now = (id: number, title: string, description: string, unit: string, decimals: number, query: string) =>
  stat({
    id,
    title,
    description,
    unit,
    decimals,
    noValue: 'no events',
    colored: 'none',
    query,
    links: [RUNS],
  });

const run = stat({
  id: 1,
  title: 'Run',
  description: 'The latest run of the detector that had begun at the end of the range.',
  unit: 'string',
  noValue: 'no run',
  colored: 'none',
  text: true,
  query: latestRun,
  links: [RUNS],
});

const age = stat({
  id: 2,
  title: 'Last event',
  description:
    'From the last reconstructed event to the end of the range. Between runs, and in a pedestal run, it grows.',
  unit: 's',
  decimals: 0,
  noValue: 'NO EVENTS',
  thresholds: [
    { value: null, color: 'green' },
    { value: 120, color: 'yellow' },
    { value: 600, color: 'red' },
  ],
  query: `SELECT greatest(0, dateDiff('second', max(ts), $__toTime)) AS age FROM events
WHERE ${DETECTOR} AND ts > $__toTime - INTERVAL 1 DAY AND ts <= $__toTime HAVING count() > 0`,
  links: [RUNS],
});

const clusters = now(
  3,
  'Clusters',
  'For each live second of the last ten minutes of the range.',
  'suffix: /s',
  1,
  LATELY.clustersPerLiveSecond,
);

const sparks = now(
  4,
  'Sparks',
  'Discharges for each live hour, by the last ten minutes of the range.',
  'suffix: /h',
  1,
  LATELY.sparksPerHour,
);

const live = now(
  5,
  'Live time',
  'Share of the last ten minutes of the range in which the camera was open. The rest is reading out, and between runs.',
  'percentunit',
  0,
  LATELY.liveShare,
);

const lightYield = now(
  6,
  'Light yield',
  'Peak of iron-55 spots in sc_integral, in counts, of the last run that has one. It follows gas, pressure and high voltage.',
  'none',
  0,
  `SELECT argMax(light_yield, started_at) AS peak FROM run_figures
WHERE ${DETECTOR} AND isNotNull(light_yield) AND started_at <= $__toTime_ms HAVING count() > 0`,
);

export const cameraStats = [run, age, clusters, sparks, live, lightYield].map(panel => [3, panel] as const);
