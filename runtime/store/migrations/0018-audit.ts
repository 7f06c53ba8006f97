import { facts } from '../engines.ts';
import { ORIGIN } from './camera-columns.ts';
import type { Migration } from './migration.ts';

/**
 * Whether it is all there: every version of every account and discrepancy, and what of them is in force. An account that was
 * opened again, for what came after it had been forgotten, counts with the one before: the views add up by `opened`.
 */

/** What an account, and so its discrepancies, is of. */
const OF = `
  kind        LowCardinality(String) COMMENT 'beam, run, file',
  line        LowCardinality(String) COMMENT 'what goes on from account to account, e.g. acnet A9 in, lngs:lime Trigger',
  account     String COMMENT 'line and period' CODEC(ZSTD(1)),
  detector    LowCardinality(String) COMMENT 'of a run',
  run         Nullable(UInt32),
  to_ts       DateTime64(6, 'UTC') COMMENT 'end of the period' CODEC(Delta, ZSTD(1)),
  opened      DateTime64(6, 'UTC') COMMENT 'when JetStream had its first message' CODEC(Delta, ZSTD(1)),
  version     UInt32 COMMENT 'counts what was told of it' CODEC(T64, ZSTD(1))`;

const optional = (name: string, comment: string) =>
  `  ${name.padEnd(11)} Nullable(UInt64) COMMENT '${comment}' CODEC(ZSTD(1)),`;

const accounts = `CREATE TABLE IF NOT EXISTS accounts (
  ts          DateTime64(6, 'UTC') COMMENT 'begin of the period, by the clock of the source' CODEC(Delta, ZSTD(1)),${OF},
  complete    Bool COMMENT 'everything expected is at every stage',
  expectation LowCardinality(String) COMMENT 'counted by the source, by cadence, or none',
${optional('expected', 'NULL: nobody knows')}
  received    UInt64 COMMENT 'messages in BEAM or EVENT; of a file, records that the ledger has as filed' CODEC(ZSTD(1)),
${optional('made', 'records packed, or events reconstructed')}
${optional('filed', 'records in a beam file')}
${optional('listed', 'messages whose own rows are in the store')}
${optional('stored', 'records or results whose rows are in the store')}
${optional('summarised', 'events in the summary of the run')}
  late        UInt64 COMMENT 'received after the account was first told' CODEC(ZSTD(1)),
  duplicates  UInt64 COMMENT 'told again, and not among those received' CODEC(ZSTD(1)),
  refused     Map(LowCardinality(String), UInt64) COMMENT 'given up on, by error code' CODEC(ZSTD(1)),${ORIGIN}
) ${facts({ orderBy: 'kind, ts, account, opened, version', partitionBy: 'toYYYYMM(ts)' })}`;

const discrepancies = `CREATE TABLE IF NOT EXISTS discrepancies (
  ts          DateTime64(6, 'UTC') COMMENT 'begin of the period of its account' CODEC(Delta, ZSTD(1)),${OF},
  discrepancy String COMMENT 'account, stage and sort' CODEC(ZSTD(1)),
  stage       LowCardinality(String) COMMENT 'first at which it shows: received, made, filed, listed, stored, summarised',
  sort        LowCardinality(String) COMMENT 'gap, duplicate, late',
  state       LowCardinality(String) COMMENT 'open, explained, closed',
  count       UInt64 COMMENT 'messages concerned now' CODEC(ZSTD(1)),
  causes      Array(Tuple(code LowCardinality(String), count UInt64, detail String)) CODEC(ZSTD(1)),
  places      String COMMENT 'sequences or serials' CODEC(ZSTD(1)),
  since       DateTime64(6, 'UTC') COMMENT 'when it was first told' CODEC(Delta, ZSTD(1)),${ORIGIN}
) ${facts({ orderBy: 'ts, discrepancy, opened, version', partitionBy: 'toYYYYMM(ts)' })}`;

/** Times are milliseconds since 1970; a run of -1 is none in particular. */
const WITHIN = `ts <= fromUnixTimestamp64Milli({to:Int64}) AND to_ts >= fromUnixTimestamp64Milli({from:Int64})
  AND ({run:Int64} < 0 OR run = {run:Int64}) AND ({detector:String} = '' OR detector IN ('', {detector:String}))`;

const accountsWithin = `CREATE VIEW IF NOT EXISTS accounts_within AS
SELECT * FROM accounts WHERE ${WITHIN} ORDER BY account, opened, version DESC LIMIT 1 BY account, opened`;

const discrepanciesWithin = `CREATE VIEW IF NOT EXISTS discrepancies_within AS
SELECT * FROM discrepancies WHERE ${WITHIN} ORDER BY discrepancy, opened, version DESC LIMIT 1 BY discrepancy, opened`;

/** "Is it all there?", a row per line: what the board and the command ask. */
const completeness = `CREATE VIEW IF NOT EXISTS completeness AS
SELECT kind, line, a.accounts AS accounts, a.complete AS complete, a.expected AS expected, a.received AS received, a.made AS made,
  a.filed AS filed, a.listed AS listed, a.stored AS stored, a.summarised AS summarised, a.late AS late,
  a.duplicates AS duplicates, a.refused AS refused, a.versions AS versions, a.until AS until,
  d.open AS open, d.explained AS explained
FROM (
  SELECT kind, line, uniqExact(account) AS accounts, uniqExactIf(account, complete) AS complete,
    sumOrNull(expected) AS expected, sum(received) AS received, sumOrNull(made) AS made, sumOrNull(filed) AS filed,
    sumOrNull(listed) AS listed, sumOrNull(stored) AS stored, sumOrNull(summarised) AS summarised, sum(late) AS late,
    sum(duplicates) AS duplicates, sum(arraySum(mapValues(refused))) AS refused, sum(version) AS versions, max(to_ts) AS until
  FROM (
    SELECT * FROM accounts WHERE ${WITHIN} ORDER BY account, opened, version DESC LIMIT 1 BY account, opened
  )
  GROUP BY kind, line
) AS a
LEFT JOIN (
  SELECT kind, line, sumIf(count, state = 'open') AS open, sumIf(count, state = 'explained') AS explained
  FROM (
    SELECT * FROM discrepancies WHERE ${WITHIN} ORDER BY discrepancy, opened, version DESC LIMIT 1 BY discrepancy, opened
  )
  GROUP BY kind, line
) AS d USING (kind, line)
ORDER BY kind, line`;

export const auditMigration: Migration = {
  id: 18,
  name: 'audit',
  statements: [accounts, discrepancies, accountsWithin, discrepanciesWithin, completeness],
};
