import { facts, rollUp } from '../engines.ts';
import type { Migration } from './migration.ts';

/**
 * What shifters look at, made from the readings of each spill as they come, in this one place: boards, alert rules and
 * analyses all read it. A quantity whose inputs were not all there has no row. The inputs must come in one message, as
 * one list of one trigger does.
 *
 * | quantity | unit | made from |
 * |---|---|---|
 * | `pot` | 10^12 protons | E:TRTGTD unless below 0.02, then E:TR101D unless negative, then 0; where neither is there, E:TORTGT and E:TOR101 likewise |
 * | `horn_current` | kA | the calibrated sum of the four strip lines |
 * | `target_x`, `target_y` | mm | each batch extrapolated from 121 over TGT to the target, weighted by its intensity; none without beam |
 * | `profile_x`, `profile_y` | mm | centre of what E:MTGTDS shows above a fifth of its highest wire |
 * | `width_x`, `width_y` | mm | its spread, as the sigma of a Gaussian |
 *
 * Sources: the choice of toroids, stations, wires and calibration of public beam-quality code of NuMI's users, and the
 * device tables of the ACNET pages.
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

/** A view that gives a row per quantity that could be made; `made` selects message by message. */
const intoQuantities = (name: string, names: readonly string[], made: string) =>
  `CREATE MATERIALIZED VIEW IF NOT EXISTS ${name} TO quantities AS
SELECT taken AS ts, pair.1 AS quantity, assumeNotNull(pair.2) AS value, stream, sequence
FROM (
  SELECT taken, stream, sequence, arrayJoin([${names.map(each => `('${each}', ${each})`).join(', ')}]) AS pair
  FROM (${made})
)
WHERE isFinite(pair.2)`;

const PLAIN = '(?i)^(p|ppp|protons?|pot)$';
const POWER = '(?i)^(x?10[\\^]|E)[0-9]{1,2}$';

/**
 * In 10^12 protons. The sources disagree about the unit, so the text that came with the value decides: `E12`, `10^12`; none
 * is taken for 10^12; `p` or `protons` are plain ones; anything else is no number of protons.
 */
const toroid = (device: string) =>
  `anyOrNullIf(
      value * multiIf(units = '', 1, match(units, '${PLAIN}'), 1e-12, exp10(toInt8OrZero(extract(units, '[0-9]+$')) - 12)),
      device = '${device}' AND isFinite(value) AND match(units, '^$|${PLAIN}|${POWER}'))`;

const strip = (device: string, offset: number, gain: number) =>
  `(anyOrNullIf(value, device = '${device}' AND isFinite(value)) - ${offset}) / ${gain}`;

const TOROIDS = ['E:TRTGTD', 'E:TR101D', 'E:TORTGT', 'E:TOR101'];
const STRIP_LINES = ['E:NSLINA', 'E:NSLINB', 'E:NSLINC', 'E:NSLIND'];
const quoted = (names: readonly string[]) => names.map(name => `'${name}'`).join(', ');

/** Below this, in 10^12, the toroid near the target is not believed. */
const LEAST_POT = 0.02;

/** The first one unless it reads nothing, then the second one unless negative, then 0; NULL when neither is there. */
const firstOf = (near: string, far: string) =>
  `multiIf(${near} >= ${LEAST_POT}, ${near}, isNull(${near}) AND isNull(${far}), NULL, ${far} >= 0, ${far}, 0.)`;

const scalars = intoQuantities(
  'readings_to_quantities',
  ['pot', 'horn_current'],
  `SELECT
    ts AS taken, stream, sequence,
    ${toroid('E:TRTGTD')} AS trtgtd, ${toroid('E:TR101D')} AS tr101d,
    ${toroid('E:TORTGT')} AS tortgt, ${toroid('E:TOR101')} AS tor101,
    coalesce(${firstOf('trtgtd', 'tr101d')}, ${firstOf('tortgt', 'tor101')}) AS pot,
    ${strip('E:NSLINA', 0.01, 0.9951)} + ${strip('E:NSLINB', -0.14, 0.9957)}
      + ${strip('E:NSLINC', -0.05, 0.9965)} + ${strip('E:NSLIND', -0.07, 0.9945)} AS horn_current
  FROM readings
  WHERE in_out = 'in' AND device IN (${quoted([...TOROIDS, ...STRIP_LINES])})
  GROUP BY taken, stream, sequence`,
);

const array = (device: string) => `anyIf(values, device = '${device}')`;

/**
 * Element 0 is a mean over batches that the front end makes; 1 to 6 are the batches. Monitors that give one value only
 * have just element 0. Every array is brought to one length first: an error here would hold up the readings.
 */
const batches = (values: string, filler: string) =>
  `if(length(${values}) = 1, ${values}, arraySlice(arrayResize(${values}, 7, ${filler}), 2))`;

/** @param at feet from the target, upstream negative: of the monitor at 121, and of the one before the target */
const onTarget = (name: string, far: string, near: string, intensity: string, at: [number, number]) =>
  `arrayMap((far, near) -> near + (far - near) * ${at[1]} / (${at[1]} - ${at[0]}), arrayResize(${batches(far, 'nan')}, 6, nan),
      arrayResize(${batches(near, 'nan')}, 6, nan)) AS ${name}_batches,
    arrayMap((weight, place) -> if(isFinite(weight) AND weight > 0 AND isFinite(place), weight, 0),
      arrayResize(if(length(${intensity}) = 0 AND length(${near}) = 1, [1.], ${batches(intensity, '0')}), 6, 0), ${name}_batches) AS ${name}_weights,
    arraySum((weight, place) -> if(weight > 0, weight * place, 0), ${name}_weights, ${name}_batches)
      / nullIf(arraySum(${name}_weights), 0) AS ${name}`;

/** Wires in mm from the middle, 0.5 mm apart. */
const WIRE_MM = 'arrayMap(wire -> 0.5 * (wire - 23.5), range(48))';

/** Spread of what is left of a Gaussian above a fifth of its height, that fifth taken off, as a share of its sigma. */
const TRUNCATED = 0.7216;

/**
 * The signal is negative; dead wires read 0; the median of the wires is what they show without beam. A highest wire
 * that does not stand out from the others is no beam.
 */
const profile = (axis: 'x' | 'y', first: number) =>
  `arrayMap(volt -> if(isFinite(volt) AND volt != 0, -volt, NULL), arrayResize(arraySlice(wires, ${first + 1}, 48), 48, nan)) AS ${axis}_signal,
    arrayReduce('median', ${axis}_signal) AS ${axis}_floor,
    arrayMap(volt -> coalesce(volt - ${axis}_floor, 0.), ${axis}_signal) AS ${axis}_light,
    arrayMax(${axis}_light) AS ${axis}_peak,
    arrayMap(volt -> greatest(volt - 0.2 * ${axis}_peak, 0.), ${axis}_light) AS ${axis}_weights,
    ${axis}_peak > 10 * arrayReduce('median', arrayMap(volt -> abs(volt), ${axis}_light)) AND arrayCount(weight -> weight > 0, ${axis}_weights) >= 3 AS ${axis}_seen,
    arraySum((weight, mm) -> weight * mm, ${axis}_weights, ${WIRE_MM}) / nullIf(arraySum(${axis}_weights), 0) AS ${axis}_centre,
    if(${axis}_seen, ${axis}_centre, NULL) AS profile_${axis},
    if(${axis}_seen, sqrt(arraySum((weight, mm) -> weight * pow(mm - assumeNotNull(${axis}_centre), 2), ${axis}_weights, ${WIRE_MM})
      / arraySum(${axis}_weights)) / ${TRUNCATED}, NULL) AS width_${axis}`;

const POSITION_DEVICES = ['E:HP121', 'E:HPTGT', 'E:HITGT', 'E:VP121', 'E:VPTGT', 'E:VITGT', 'E:MTGTDS'];

const arrays = intoQuantities(
  'reading_arrays_to_quantities',
  ['target_x', 'target_y', 'profile_x', 'profile_y', 'width_x', 'width_y'],
  `SELECT
    ts AS taken, stream, sequence,
    ${array('E:HP121')} AS h_121, ${array('E:HPTGT')} AS h_tgt, ${array('E:HITGT')} AS h_intensity,
    ${array('E:VP121')} AS v_121, ${array('E:VPTGT')} AS v_tgt, ${array('E:VITGT')} AS v_intensity,
    ${array('E:MTGTDS')} AS wires,
    ${onTarget('target_x', 'h_121', 'h_tgt', 'h_intensity', [-68.04458, -31.25508])},
    ${onTarget('target_y', 'v_121', 'v_tgt', 'v_intensity', [-66.99283, -30.16533])},
    ${profile('x', 103)},
    ${profile('y', 151)}
  FROM reading_arrays
  WHERE in_out = 'in' AND device IN (${quoted(POSITION_DEVICES)})
  GROUP BY taken, stream, sequence`,
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
    arrays,
  ],
};
