import { facts, rollUp } from '../engines.ts';
import { arrayQuantities } from './0007-array-quantities.ts';
import type { Migration } from './migration.ts';
import { quantitiesFrom, steps } from './quantities-from.ts';

/**
 * What shifters look at: `actors/recorder/quantities/` has what each is made from. The views below made them until migration 0014; the
 * same formulas in SQL, they now are what the recorder's are tested against.
 */

const quantities = `CREATE TABLE IF NOT EXISTS quantities (
  ts          DateTime64(6, 'UTC') COMMENT 'trigger time' CODEC(Delta, ZSTD(1)),
  quantity    LowCardinality(String),
  value       Float64 COMMENT 'always finite' CODEC(ZSTD(1)),
  stream      LowCardinality(String) COMMENT 'of the readings it was made from',
  sequence    UInt64 CODEC(DoubleDelta, ZSTD(1)),
  inserted_at DateTime('UTC') DEFAULT now() CODEC(Delta, ZSTD(1))
) ${facts({ orderBy: 'quantity, ts', partitionBy: 'toYYYYMM(ts)', keep: '5 YEAR' })}`;

const target = (name: string, partitionBy: string) => `CREATE TABLE IF NOT EXISTS ${name} (
  ts       DateTime('UTC') COMMENT 'begin of the interval' CODEC(Delta, ZSTD(1)),
  quantity LowCardinality(String),
  count    SimpleAggregateFunction(sum, UInt64) CODEC(ZSTD(1)),
  min      SimpleAggregateFunction(min, Float64) CODEC(ZSTD(1)),
  max      SimpleAggregateFunction(max, Float64) CODEC(ZSTD(1)),
  sum      SimpleAggregateFunction(sum, Float64) CODEC(ZSTD(1))
) ${rollUp({ orderBy: 'quantity, ts', partitionBy })}`;

const PLAIN = '(?i)^(p|ppp|protons?|pot)$';
const POWER = '(?i)^(x?10[\\^]|E)[0-9]{1,2}$';

/**
 * In 10^12 protons. The sources disagree about the unit, so the text that came with the value decides: `E12`, `10^12`; none
 * is taken for 10^12; `p` or `protons` are plain ones; anything else is no number of protons.
 */
const PROTONS = `isFinite(value) AND match(units, '^$|${PLAIN}|${POWER}') AS is_protons,
    value * multiIf(units = '', 1, match(units, '${PLAIN}'), 1e-12, exp10(toInt8OrZero(extract(units, '[0-9]+$')) - 12)) AS protons`;

const toroid = (device: string) => `anyOrNullIf(protons, device = '${device}' AND is_protons)`;

const strip = (device: string, offset: number, gain: number) =>
  `(anyOrNullIf(value, device = '${device}' AND isFinite(value)) - ${offset}) / ${gain}`;

const TOROIDS = ['E:TRTGTD', 'E:TR101D', 'E:TORTGT', 'E:TOR101'];
const STRIP_LINES = ['E:NSLINA', 'E:NSLINB', 'E:NSLINC', 'E:NSLIND'];
const DEVICES = [...TOROIDS, ...STRIP_LINES].map(device => `'${device}'`).join(', ');

/** Below this, in 10^12, the toroid near the target is not believed. */
const LEAST_POT = 0.02;

/** The first one unless it reads nothing, then the second one unless negative, then 0; NULL when neither is there. */
const firstOf = (near: string, far: string) =>
  `multiIf(${near} >= ${LEAST_POT}, ${near}, isNull(${near}) AND isNull(${far}), NULL, ${far} >= 0, ${far}, 0.)`;

const scalars = quantitiesFrom(
  'readings_to_quantities',
  { "'pot'": 'pot', "'horn_current'": 'horn_current' },
  steps(
    `SELECT
    taken, stream, sequence,
    ${toroid('E:TRTGTD')} AS trtgtd, ${toroid('E:TR101D')} AS tr101d,
    ${toroid('E:TORTGT')} AS tortgt, ${toroid('E:TOR101')} AS tor101,
    ${strip('E:NSLINA', 0.01, 0.9951)} + ${strip('E:NSLINB', -0.14, 0.9957)}
      + ${strip('E:NSLINC', -0.05, 0.9965)} + ${strip('E:NSLIND', -0.07, 0.9945)} AS horn_current
  FROM (
    SELECT ts AS taken, stream, sequence, device, value, ${PROTONS}
    FROM readings WHERE in_out = 'in' AND device IN (${DEVICES})
  )
  GROUP BY taken, stream, sequence`,
    [`coalesce(${firstOf('trtgtd', 'tr101d')}, ${firstOf('tortgt', 'tor101')}) AS pot`],
  ),
);

const toMinutes = `CREATE MATERIALIZED VIEW IF NOT EXISTS quantities_to_1m TO quantities_1m AS
SELECT
  toStartOfMinute(quantities.ts) AS ts, quantity,
  count() AS count, min(value) AS min, max(value) AS max, sum(value) AS sum
FROM quantities GROUP BY ts, quantity`;

const toHours = `CREATE MATERIALIZED VIEW IF NOT EXISTS quantities_to_1h TO quantities_1h AS
SELECT
  toStartOfHour(quantities_1m.ts) AS ts, quantity,
  sum(count) AS count, min(min) AS min, max(max) AS max, sum(sum) AS sum
FROM quantities_1m GROUP BY ts, quantity`;

export const quantitiesMigration: Migration = {
  id: 7,
  name: 'quantities',
  statements: [
    quantities,
    target('quantities_1m', 'toYYYYMM(ts)'),
    target('quantities_1h', 'toYear(ts)'),
    toMinutes,
    toHours,
    scalars,
    arrayQuantities,
  ],
};
