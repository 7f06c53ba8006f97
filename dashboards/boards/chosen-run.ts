import { queried, row } from '../build/board.ts';
import { column, stat, table } from '../build/panels.ts';
import { DETECTOR } from '../sql/detector.ts';
import { integralsOfRun } from '../sql/spectra.ts';

/** One run, chosen above the board; `0` is chosen where there is none. */
export const runVariable = queried(
  'run',
  'Run',
  `SELECT run FROM run_begins WHERE ${DETECTOR} ORDER BY run DESC LIMIT 1000`,
  '0',
  { description: 'Run of the panels at the end of the board' },
);
const RUN = `${DETECTOR} AND run IN (\${run:singlequote})`;

const chosen = (id: number, title: string, description: string, unit: string, decimals: number, of: string) =>
  stat({
    id,
    title,
    description: `${description} Of the chosen run.`,
    unit,
    decimals,
    noValue: 'not known',
    colored: 'none',
    query: `SELECT ${of} FROM run_figures WHERE ${RUN}`,
  });

export const chosenRunRows = [
  row(
    3,
    [6, chosen(41, 'Events', 'With a result.', 'none', 0, 'events')],
    [6, chosen(42, 'Clusters', 'Of all pictures.', 'none', 0, 'clusters')],
    [6, chosen(43, 'Sparks', 'Pictures that are discharges.', 'none', 0, 'sparks')],
    [6, chosen(44, 'Light yield', 'Peak of iron-55 spots, counts.', 'none', 0, 'light_yield')],
  ),
  row(
    12,
    [
      8,
      table({
        id: 51,
        title: 'Conditions',
        description: 'What the ODB said at the begin of the chosen run.',
        unit: 'none',
        noValue: 'no run chosen',
        query: `SELECT each.1 AS condition, each.2 AS value FROM (
  SELECT arrayJoin(arrayZip(mapKeys(conditions), mapValues(conditions))) AS each FROM run_begins WHERE ${RUN}
) ORDER BY condition`,
      }),
    ],
    [
      8,
      table({
        id: 52,
        title: 'Light of clusters',
        description:
          'Clusters of the chosen run by sc_integral, 500 counts a line; the last line has all above.',
        unit: 'none',
        noValue: 'no clusters',
        query: integralsOfRun,
        overrides: [column('clusters', { 'custom.cellOptions': { type: 'gauge', mode: 'basic' }, min: 0 })],
      }),
    ],
    [
      8,
      table({
        id: 53,
        title: 'Not reconstructed',
        description:
          'Events of the chosen run whose result is not a reconstruction, and what a reconstruction warned of.',
        unit: 'none',
        noValue: 'all are reconstructed, without a warning',
        query: `SELECT serial, outcome, if(reason = '', arrayStringConcat(warnings, '; '), reason) AS why FROM events
WHERE ${RUN} AND picture = 0 AND (outcome != 'reconstructed' OR notEmpty(warnings)) ORDER BY serial LIMIT 200`,
      }),
    ],
  ),
];
