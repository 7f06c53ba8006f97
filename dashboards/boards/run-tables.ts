import { linkTo } from '../build/board.ts';
import { column, table, words } from '../build/panels.ts';
import { DETECTOR } from '../sql/detector.ts';
import { runTable } from '../sql/runs.ts';

/** Lists of runs, of what is missing in them, and of their pedestals. */

const ENDINGS = words({
  'end-of-run': ['end-of-run'],
  'goes on': ['goes on', 'green'],
  truncated: ['truncated', 'orange'],
  malformed: ['malformed', 'red'],
  interrupted: ['interrupted', 'orange'],
  'no end told': ['no end told', 'orange'],
});

export const runList = table({
  id: 1,
  title: 'Runs',
  description:
    'Runs that touch the range, the latest first. Missing: raw events without a result; a run that is complete has 0. Light yield: peak of iron-55 spots in counts.',
  unit: 'none',
  decimals: 2,
  noValue: 'no runs',
  query: runTable,
  overrides: [
    column('run', { decimals: 0 }),
    column('began', { unit: 'dateTimeAsIso' }),
    column('duration', { unit: 's' }),
    column('exposure', { unit: 's' }),
    column('ending', { mappings: [ENDINGS], 'custom.cellOptions': { type: 'color-text' } }),
    column('missing', {
      decimals: 0,
      thresholds: {
        mode: 'absolute',
        steps: [
          { value: null, color: 'text' },
          { value: 1, color: 'red' },
        ],
      },
      'custom.cellOptions': { type: 'color-text' },
    }),
    ...['expected', 'reconstructed', 'sparks', 'clusters', 'light yield', '±', 'with pedestal'].map(name =>
      column(name, { decimals: 0 }),
    ),
  ],
  links: [linkTo('spillway-camera', 'Camera and sentinel')],
});

export const gaps = table({
  id: 31,
  title: 'Gaps',
  description:
    'Serials that were left out, events that came twice or under a serial that was taken, and damaged ones, as the intake met them. Empty is good.',
  unit: 'none',
  noValue: 'no gaps',
  query: `SELECT ts AS time, run, equipment, kind, first, last, reason FROM event_gaps
WHERE ${DETECTOR} AND $__timeFilter(ts) ORDER BY ts DESC LIMIT 200`,
});

export const pedestals = table({
  id: 32,
  title: 'Pedestals',
  description: 'Maps that were made of pedestal runs, or why there are none.',
  unit: 'none',
  decimals: 2,
  noValue: 'none made',
  query: `SELECT ts AS time, run, camera, version, outcome, pictures, mean, sigma, length(left_out) AS \`left out\`, code, reason FROM pedestals
WHERE ${DETECTOR} AND $__timeFilter(ts) ORDER BY ts DESC LIMIT 200`,
  overrides: ['run', 'camera', 'version', 'pictures', 'left out'].map(name => column(name, { decimals: 0 })),
});
