/** What the store is asked, the same as `spillway verify` asks: the views of migration 0018. */
const ARGUMENTS =
  '(from = ${__from}, to = ${__to}, run = ${run:singlequote}, detector = ${detector:singlequote})';

/** A row per source. */
export const completenessLines = `SELECT line, accounts, complete, expected, received, made, filed, listed, stored, summarised,
  late, duplicates, refused, open AS \`missing, open\`, explained AS \`missing, explained\`, versions
FROM completeness${ARGUMENTS}`;

/** One word for all of it. */
export const verdict = `SELECT multiIf(sum(open) > 0, 'NO', sum(explained) > 0, 'NO, and it is known why', sum(accounts - complete) > 0, 'NOT YET', 'YES') AS answer
FROM completeness${ARGUMENTS} HAVING count() > 0`;

/** Up to when it has been told. @param kind `beam` or `run` */
export const toldUntil = (kind: string): string =>
  `SELECT toUnixTimestamp64Milli(max(until)) AS until FROM completeness${ARGUMENTS} WHERE kind = '${kind}' HAVING count() > 0`;

export const total = (column: string): string =>
  `SELECT sum(${column}) AS ${column} FROM completeness${ARGUMENTS} HAVING count() > 0`;

/** What is not closed first, the latest first. */
export const discrepancyRows = `SELECT ts AS period, line, run, stage, sort, state, count, places,
  arrayStringConcat(arrayMap(each -> concat(toString(each.2), ' ', each.1, ': ', each.3), causes), '; ') AS cause,
  if(state = 'closed', NULL, greatest(0, dateDiff('second', since, $__toTime))) AS age, version
FROM discrepancies_within${ARGUMENTS}
ORDER BY state = 'closed', state = 'explained', ts DESC, discrepancy LIMIT 200`;

/** Accounts that have something to tell: not complete, or told more than once. */
export const accountRows = `SELECT ts AS period, line, run, version, if(complete, 'complete', 'not complete') AS state, expectation, expected, received,
  made, filed, listed, stored, late, duplicates,
  arrayStringConcat(arrayMap(each -> concat(toString(each.2), ' ', each.1), arrayZip(mapKeys(refused), mapValues(refused))), ', ') AS refused
FROM accounts_within${ARGUMENTS}
WHERE version > 1 OR NOT complete ORDER BY ts DESC, account LIMIT 200`;

/** Given up on, by error code. */
export const refusedByReason = `SELECT reason, sum(each.2) AS messages FROM (
  SELECT arrayJoin(arrayZip(mapKeys(refused), mapValues(refused))) AS each, each.1 AS reason FROM accounts_within${ARGUMENTS}
) GROUP BY reason ORDER BY messages DESC`;
