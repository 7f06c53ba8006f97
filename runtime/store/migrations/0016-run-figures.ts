import { latest } from '../engines.ts';
import type { Migration } from './migration.ts';

/**
 * The last summary of each run in a table of its own: while a run goes on it has one every few seconds, three million a year, and nobody who
 * looks at the runs of a year wants to read them.
 */

const table = `CREATE TABLE IF NOT EXISTS latest_run_summaries AS run_summaries
${latest('version', { orderBy: 'detector, run, site' })}`;

const toLatest = `CREATE MATERIALIZED VIEW IF NOT EXISTS run_summaries_to_latest TO latest_run_summaries AS
SELECT * FROM run_summaries`;

/** Those that are there already; a version that is told twice stays one. */
const before = 'INSERT INTO latest_run_summaries SELECT * FROM run_summaries';

/** Rows of one run merge some time after they came. */
const figures = `CREATE OR REPLACE VIEW run_figures AS
SELECT * FROM latest_run_summaries ORDER BY detector, run, site, version DESC LIMIT 1 BY detector, run, site`;

export const runFiguresMigration: Migration = {
  id: 16,
  name: 'run figures',
  statements: [table, toLatest, before, figures],
};
