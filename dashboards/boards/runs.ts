import { runs as runRegions } from '../build/annotations.ts';
import { board, linkTo, row } from '../build/board.ts';
import { detectorVariable } from '../build/detector.ts';
import { seriesLike } from '../build/panels.ts';
import type { Dashboard } from '../model.ts';
import { overRuns, pedestalSeries } from '../sql/runs.ts';
import { chosenRunRows, runVariable } from './chosen-run.ts';
import { gaps, pedestals, runList } from './run-tables.ts';

const NONE = 'no runs';
const CAMERA = linkTo('spillway-camera', 'Camera and sentinel');

const points = seriesLike({ noValue: NONE, style: 'points' });
const AT_BEGIN = 'A point for each run, at its begin; over a long range for several.';
const NO_PEDESTAL = { noValue: 'none made' };

export const runsBoard: Dashboard = board({
  uid: 'spillway-runs',
  title: 'Runs',
  description: 'Every run of a detector: under what conditions, how complete, and what it amounts to.',
  range: 'now-24h',
  refresh: '30s',
  variables: [detectorVariable, runVariable],
  annotations: [runRegions],
  rows: [
    row(11, [24, runList]),
    row(
      8,
      [
        12,
        points(
          11,
          'Light yield',
          `Peak of iron-55 spots in sc_integral, with its error. ${AT_BEGIN}`,
          'suffix: counts',
          overRuns(
            'avg(light_yield) AS peak',
            'avg(light_yield - light_yield_error) AS low',
            'avg(light_yield + light_yield_error) AS high',
          ),
          { links: [CAMERA] },
        ),
      ],
      [
        12,
        points(
          12,
          'Completeness',
          `Raw events that have their result. Below 100 % of a run that is over: look at "Not reconstructed". ${AT_BEGIN}`,
          'percentunit',
          overRuns('sumIf(events, isNotNull(expected)) / nullIf(sum(expected), 0) AS complete'),
          { min: 0, max: 1, legend: 'hidden', links: [CAMERA] },
        ),
      ],
    ),
    row(
      8,
      [
        8,
        points(
          13,
          'Cluster rate',
          `Clusters for each live second. ${AT_BEGIN}`,
          'suffix: /s',
          overRuns('sum(clusters) / nullIf(sum(live_seconds), 0) AS clusters'),
          {
            min: 0,
            legend: 'hidden',
          },
        ),
      ],
      [
        8,
        points(
          14,
          'Spark rate',
          `Discharges for each live second. ${AT_BEGIN}`,
          'suffix: /s',
          overRuns('sum(sparks) / nullIf(sum(live_seconds), 0) AS sparks'),
          {
            min: 0,
            legend: 'hidden',
          },
        ),
      ],
      [
        8,
        points(
          15,
          'Live time',
          `Share of the time from the first to the last event in which the camera was open. ${AT_BEGIN}`,
          'percentunit',
          overRuns('sum(live_seconds) / nullIf(sum(elapsed_seconds), 0) AS live'),
          {
            min: 0,
            max: 1,
            legend: 'hidden',
          },
        ),
      ],
    ),
    row(
      8,
      [
        12,
        points(
          21,
          'Pedestal, mean',
          'Mean raw counts of pedestal maps, by camera.',
          'suffix: counts',
          pedestalSeries('mean'),
          NO_PEDESTAL,
        ),
      ],
      [
        12,
        points(
          22,
          'Pedestal, sigma',
          'Standard deviation of raw counts of pedestal maps, by camera.',
          'suffix: counts',
          pedestalSeries('sigma'),
          NO_PEDESTAL,
        ),
      ],
    ),
    row(9, [12, gaps], [12, pedestals]),
    ...chosenRunRows,
  ],
});
