import { board, linkTo, queried, row } from '../build/board.ts';
import { detectorVariable } from '../build/detector.ts';
import { column, stat, table, words } from '../build/panels.ts';
import type { Dashboard } from '../model.ts';
import {
  accountRows,
  completenessLines,
  discrepancyRows,
  refusedByReason,
  toldUntil,
  total,
  verdict,
} from '../sql/completeness.ts';
import { DETECTOR } from '../sql/detector.ts';

const NONE = 'nothing told yet';
const FLOW = linkTo('spillway-flow', 'Data flow');
const RUNS = linkTo('spillway-runs', 'Runs');

const chosen = queried(
  'run',
  'Run',
  `SELECT value, label FROM (
  SELECT '-1' AS value, 'all' AS label, 1 AS first, 0 AS number UNION ALL
  SELECT toString(run), toString(run), 0, run FROM run_begins WHERE ${DETECTOR} ORDER BY run DESC LIMIT 1000
) ORDER BY first DESC, number DESC`,
  '-1',
  { description: 'One run instead of everything in the range, which must hold it' },
);
const runVariable = { ...chosen, current: { text: 'all', value: '-1' } };

const bad = (id: number, title: string, description: string, query: string) =>
  stat({
    id,
    title,
    description,
    unit: 'none',
    decimals: 0,
    noValue: NONE,
    thresholds: [
      { value: null, color: 'green' },
      { value: 1, color: 'red' },
    ],
    query,
  });

const answer = stat({
  id: 1,
  title: 'Is it all there?',
  description:
    'YES: every account of the range is complete. NO: something is missing or double, and "Discrepancies" says where; it is known why when each has a cause. What is younger than two minutes, or of a run that goes on, has not been told.',
  unit: 'none',
  noValue: NONE,
  text: true,
  mappings: [
    words({
      YES: ['YES', 'green'],
      NO: ['NO', 'red'],
      'NO, and it is known why': ['NO, and it is known why', 'orange'],
      'NOT YET': ['NOT YET', 'yellow'],
    }),
  ],
  query: verdict,
  links: [FLOW],
});

const until = (id: number, title: string, kind: string) =>
  stat({
    id,
    title,
    description: `End of the latest ${kind === 'beam' ? 'minute' : 'run'} that has been told. The auditor's lag says why it is long ago, when it is.`,
    unit: 'dateTimeAsIso',
    noValue: NONE,
    colored: 'none',
    query: toldUntil(kind),
  });

const numbers = [
  'expected',
  'received',
  'made',
  'filed',
  'listed',
  'stored',
  'summarised',
  'late',
  'duplicates',
  'refused',
];
const red = (name: string, color: 'red' | 'orange' = 'red') =>
  column(name, {
    thresholds: {
      mode: 'absolute',
      steps: [
        { value: null, color: 'text' },
        { value: 1, color },
      ],
    },
    'custom.cellOptions': { type: 'color-text' },
  });

const lines = table({
  id: 11,
  title: 'How far it has come',
  description:
    'Messages of the range, source by source. Made: records packed, or events reconstructed. Filed: in a beam file. Listed: its own rows are in the store. Stored: the rows of what was made of it are. Every number to the right of "expected" should be as large, unless the stage is not for it.',
  unit: 'none',
  decimals: 0,
  noValue: NONE,
  query: completenessLines,
  overrides: [red('missing, open'), red('missing, explained', 'orange'), red('refused', 'orange')],
  links: [FLOW],
});

const discrepancies = table({
  id: 21,
  title: 'Discrepancies',
  description:
    'What is not where it should be. Open: of some of it nobody has said why. Explained: all of it has a cause, and it is still missing. Closed: it came. Late: it came after its account was told. Empty is good.',
  unit: 'none',
  decimals: 0,
  noValue: 'none',
  query: discrepancyRows,
  overrides: [
    column('period', { unit: 'dateTimeAsIso' }),
    column('age', { unit: 's' }),
    column('state', {
      mappings: [
        words({ open: ['open', 'red'], explained: ['explained', 'orange'], closed: ['closed', 'green'] }),
      ],
      'custom.cellOptions': { type: 'color-text' },
    }),
  ],
});

const accounts = table({
  id: 31,
  title: 'Accounts that are not complete, or were told again',
  description:
    'Each change of an account is a version of its own; the last one is in force, and all are kept.',
  unit: 'none',
  decimals: 0,
  noValue: 'none: all are complete, and none had to be told twice',
  query: accountRows,
  overrides: [
    column('period', { unit: 'dateTimeAsIso' }),
    ...numbers.map(name => column(name, { decimals: 0 })),
  ],
  links: [RUNS],
});

const refused = table({
  id: 32,
  title: 'Refused, by reason',
  description:
    'Messages that an actor gave up on and nobody has replayed since: spillway dead list. The codes are explained in docs/operations.md.',
  unit: 'none',
  decimals: 0,
  noValue: 'nothing refused',
  query: refusedByReason,
});

export const completeness: Dashboard = board({
  uid: 'spillway-completeness',
  title: 'Is it all there?',
  description: 'What of each minute, run and file has come how far; what is missing, and why.',
  range: 'now-6h',
  refresh: '30s',
  variables: [detectorVariable, runVariable],
  rows: [
    row(
      5,
      [8, answer],
      [4, until(2, 'Beam told until', 'beam')],
      [4, until(3, 'Runs told until', 'run')],
      [4, bad(4, 'Missing, and nobody knows why', 'Messages of open discrepancies.', total('open'))],
      [
        4,
        bad(
          5,
          'Late',
          'Came after their account was told. They are there, in a later version.',
          total('late'),
        ),
      ],
    ),
    row(8, [24, lines]),
    row(10, [24, discrepancies]),
    row(9, [17, accounts], [7, refused]),
  ],
});
