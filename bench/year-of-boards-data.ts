/** SQL that makes the year of `year-of-boards.ts`; times are seconds since 1970. */

import { DAY, grid, HOUR, list, noise } from './year-of-boards-sql.ts';
import { CAMERA_FIGURES, shortTimeOfRuns, yearOfRuns } from './year-of-runs-data.ts';

const RAW = 6 * HOUR;
const SPILL = 2;

const SCALARS: Readonly<Record<string, readonly [mean: number, units: string]>> = {
  'E:TRTGTD': [25, 'E12'],
  'E:TR101D': [24.9, 'E12'],
  'E:TORTGT': [25.1, 'E12'],
  'E:TOR101': [24.8, 'E12'],
  'I:BEAM': [26, 'E12'],
  'E:NSLINA': [-46.3, 'kA'],
  'E:NSLINB': [-46.3, 'kA'],
  'E:NSLINC': [-46.3, 'kA'],
  'E:NSLIND': [-46.3, 'kA'],
  'E:HRNDIR': [-1, 'dir'],
  'I:KPS6N': [50, 'kV'],
  'I:KPS6NF': [50, 'kV'],
  'I:KPS6NE': [50, 'kV'],
  'I:KPS6NI': [5_000, 'A'],
  'I:BNKG': [0.2, 'V'],
  'E:HMGPR': [687, 'Torr'],
  'I:K6FTR': [80, 'degF'],
  'I:K6FT2': [82, 'degF'],
  'M:OUTTMP': [60, 'degF'],
  ...Object.fromEntries([701, 702, 703, 707, 708].map(n => [`I:LM${n}`, [0.5, 'R/s'] as const])),
  ...Object.fromEntries(Array.from({ length: 11 }, (_, n) => [`E:X${n}`, [n, 'V'] as const])),
};
const SCANNERS = ['E:MTGTDS', 'E:M121DS', 'E:M117DS', 'E:HADMDS', 'E:MMA1DS', 'E:MMA2DS', 'E:MMA3DS'];
const PEDESTALS = ['E:HADMPD', 'E:MMA1PD', 'E:MMA2PD', 'E:MMA3PD'];
const MONITORS = ['E:HP121', 'E:VP121', 'E:HPTGT', 'E:VPTGT', 'E:HITGT', 'E:VITGT'];
const ARRAYS = [...SCANNERS, ...PEDESTALS, ...MONITORS];
/** Quantity and what it is about. */
const QUANTITIES: Readonly<Record<string, number>> = {
  pot: 25,
  horn_current: -185,
  target_x: 0,
  target_y: 0,
  profile_x: 0,
  profile_y: 0,
  width_x: 1,
  width_y: 1,
  ...Object.fromEntries(
    ['hadron', 'muon_1', 'muon_2', 'muon_3'].flatMap(name => [
      [`${name}_signal`, 1],
      [`${name}_pedestal`, 0.1],
    ]),
  ),
};
const quantityNames = Object.keys(QUANTITIES);
const ACTORS = ['beam-monitor', 'spill-packer', 'rotorooter-feed', 'rotorooter', 'recorder', 'alarm-engine'];
const LANES = ['BEAM', 'SPILL', 'LEDGER', 'HEALTH', 'ALARM'];

const scalarNames = Object.keys(SCALARS);
const means = `[${Object.values(SCALARS)
  .map(([mean]) => `toFloat64(${mean})`)
  .join(', ')}]`;
const units = list(Object.values(SCALARS).map(([, text]) => text));
const place = (names: readonly string[]) => `indexOf(${list(names)}, name)`;

/** Channels of an array device: wires show a Gaussian, monitors of positions have seven values. */
const channels = `if(name IN ${list(MONITORS).replace('[', '(').replace(']', ')')},
  arrayMap(batch -> if(name LIKE '%I%GT', 4.1, 0.1 * batch), range(7)),
  arrayMap(channel -> -0.02 - 1.5 * exp(-pow((channel % 48) - 24 + ${noise('number')}, 2) / 8), range(216)))`;

const readings = (from: number, to: number) => `INSERT INTO readings
  (ts, device, in_out, value, units, status, device_time, trigger, source, mode, stream, sequence)
  SELECT toDateTime64(at, 6, 'UTC'), name, 'in', ${means}[${place(scalarNames)}] + ${noise('number')}, ${units}[${place(scalarNames)}],
    0, toDateTime64(at, 3, 'UTC'), 'A9', 'acnet', 'callback', 'BEAM@1', toUnixTimestamp(at)
  FROM ${grid(scalarNames, from, to, SPILL)}`;

const arrays = (from: number, to: number) => `INSERT INTO reading_arrays
  (ts, device, in_out, steps, scale, units, status, device_time, trigger, source, mode, stream, sequence)
  SELECT toDateTime64(at, 6, 'UTC'), name, 'in', arrayMap(volt -> toInt32(round(10000 * volt)), ${channels}), 10000, 'V', 0, toDateTime64(at, 3, 'UTC'), 'A9', 'acnet', 'callback', 'BEAM@1', toUnixTimestamp(at)
  FROM ${grid(ARRAYS, from, to, SPILL)}`;

/** As the recorder makes them from each spill. */
const quantities = (
  from: number,
  to: number,
) => `INSERT INTO quantities (ts, quantity, value, stream, sequence)
  SELECT toDateTime64(at, 6, 'UTC'), name, [${Object.values(QUANTITIES).join(', ')}][${place(quantityNames)}] + ${noise('number')}, 'BEAM@1', toUnixTimestamp(at)
  FROM ${grid(quantityNames, from, to, SPILL)}`;

const rolledReadings = (table: string, from: number, to: number, every: number) => `INSERT INTO ${table}
  (ts, device, in_out, count, not_finite, bad_status, min, max, sum, last_ts, last)
  SELECT at, name, 'in', ${every / SPILL} AS n, 0, 0, mean - 1, mean + 1, n * mean, toDateTime64(at, 6, 'UTC'),
    initializeAggregation('argMaxState', mean, toDateTime64(at, 6, 'UTC'))
  FROM (SELECT at, name, toFloat64(${means}[${place(scalarNames)}] + ${noise('number')}) AS mean FROM ${grid(scalarNames, from, to, every)})`;

const rolledArrays = (table: string, from: number, to: number, every: number) => `INSERT INTO ${table}
  (ts, device, in_out, count, mean, arrived)
  SELECT at, name, 'in', ${every / SPILL}, initializeAggregation('avgForEachState', row), now()
  FROM (SELECT at, name, arrayMap(each -> toNullable(toFloat64(each)), ${channels}) AS row FROM ${grid(ARRAYS, from, to, every)})`;

const rolledQuantities = (table: string, from: number, to: number, every: number) => `INSERT INTO ${table}
  SELECT at, name, ${every / SPILL} AS n, mean - 1, mean + 1, n * mean
  FROM (SELECT at, name, [${Object.values(QUANTITIES).join(', ')}][${place(quantityNames)}] + ${noise('number')} AS mean FROM ${grid(quantityNames, from, to, every)})`;

const figures = [
  ...ACTORS.map(actor => `${actor}|running|`),
  ...ACTORS.flatMap(actor =>
    ['lag', 'rate', 'retries', 'dead'].flatMap(figure =>
      LANES.slice(0, 2).map(lane => `${actor}|${figure}|${lane}`),
    ),
  ),
  ...ACTORS.map(actor => `${actor}|p99|stored`),
  ...['bytes', 'freeBytes', 'records'].map(name => `rotorooter|counter|${name}`),
  ...['callbacks', 'accepted', 'duplicates', 'notStored', 'missed', 'refused'].map(
    name => `beam-monitor|counter|${name}`,
  ),
  ...CAMERA_FIGURES,
];

const rolledFlow = (table: string, from: number, to: number, every: number) => `INSERT INTO ${table}
  SELECT at, splitByChar('|', name)[1], splitByChar('|', name)[2], splitByChar('|', name)[3], ${every}, 1, 1 + number % 7, ${every}, now()
  FROM ${grid(figures, from, to, every)}`;

const rolledLatencies = (table: string, from: number, to: number, every: number) => `INSERT INTO ${table}
  SELECT at, name, ${every / SPILL}, 90, arrayReduce('quantilesTDigestState(0.5, 0.99)', arrayMap(i -> 10. + i + ${noise('number + i')}, range(${Math.min(100, every / SPILL)})))
  FROM ${grid(['callback', 'accepted', 'packed', 'stored', 'all'], from, to, every)}`;

const heartbeats = (from: number, to: number) => `INSERT INTO health
  (ts, actor, instance, host, pid, version, state, started_at, last_error, lanes, counters, latencies, stream, sequence)
  SELECT toDateTime64(at, 3, 'UTC'), name, 'daq1-1', 'daq1', 1, '0.1.0', 'running', toDateTime64(${from}, 3, 'UTC'), '',
    map('BEAM', (number, 0, 1.5, 0, 0), 'SPILL', (number, number % 3, 1.5, 0, 0)),
    map('bytes', toFloat64(number), 'freeBytes', 1e11, 'callbacks', toFloat64(number)), map('stored', (number, 50., 90., 200.)), 'HEALTH@1', number
  FROM ${grid(ACTORS, from, to, 1)}`;

const ledger = (
  from: number,
  to: number,
) => `INSERT INTO ledger (ts, stage, kind, of_stream, first, last, count, reason, stream, sequence)
  SELECT toDateTime64(at, 6, 'UTC'), if(number % 1000000 = 7, 'recorder', 'filed'), if(number % 1000000 = 7, 'missing', 'reached'),
    'SPILL@1', number, number, 1, '', 'LEDGER@1', number FROM ${grid(['x'], from, to, SPILL)}`;

const problems = (
  from: number,
  to: number,
) => `INSERT INTO reading_problems (ts, device, code, detail, in_out, trigger, source, stream, sequence)
  SELECT toDateTime64(at, 6, 'UTC'), 'E:HMGPR', name, '', 'in', 'A9', 'acnet', 'BEAM@1', number
  FROM ${grid(['DEVICE_MISSING', 'DEVICE_STATUS', 'DEVICE_TIME_FROZEN'], from, to, 900)}`;

const alarmNames = Array.from({ length: 40 }, (_, index) => `beam/area${index % 5}/alarm${index}`);

/** 200 alarms a day, each active for 200 s. */
const alarmChanges = (from: number, to: number) => `INSERT INTO alarm_changes
  (ts, event_ts, alarm, area, transition, cause, reason, state_before, state, severity_before, severity, peak, status, title, raised_at, stored_at, stream, sequence)
  SELECT toDateTime64(at, 6, 'UTC') + phase * 200, toDateTime64(at, 6, 'UTC') + phase * 200, name, 'beam', 2 * number + phase + 1, 'input', 'limit',
    if(phase = 0, 'normal', 'unacknowledged'), if(phase = 0, 'unacknowledged', 'normal'), 'NO_ALARM', if(phase = 0, 'MAJOR', 'NO_ALARM'), 'MAJOR', 'HIHI',
    name, toDateTime64(at, 6, 'UTC'), toDateTime64(at, 3, 'UTC'), 'ALARM@1', 2 * number + phase
  FROM ${grid(alarmNames, from, to, 17_280)} ARRAY JOIN [0, 1] AS phase`;

const modes = (
  from: number,
  to: number,
) => `INSERT INTO machine_modes (ts, mode, mode_before, reason, set_by, stored_at, stream, sequence)
  SELECT toDateTime64(at, 6, 'UTC'), if(number % 2 = 0, 'beam-on', 'horn-off'), '', 'recognised', '', toDateTime64(at, 3, 'UTC'), 'ALARM@1', number
  FROM ${grid(['x'], from, to, 21_600)}`;

const spills = (from: number, to: number) => `INSERT INTO spills
  (spill_count, in_out, block_time, stream, spill_sequence, simulated, detector, minor, devices, \`values\`, bytes, sha256, stored_at, hops, inserted_at)
  SELECT number, 'in', toDateTime64(at, 9, 'UTC'), 'SPILL@1', number, true, 'near', 2, 60, 1721, 8124, repeat('a', 64), toDateTime64(at, 3, 'UTC'),
    map('triggered', toDateTime64(at, 6, 'UTC'), 'received', toDateTime64(at, 6, 'UTC'), 'accepted', toDateTime64(at, 6, 'UTC')), toDateTime64(at, 6, 'UTC') + 0.05
  FROM ${grid(['x'], from, to, SPILL)}`;

/** Statements for the readings of a short time, from which the store makes everything else, and for what goes with them. */
export const shortTime = (from: number, to: number): readonly string[] => [
  ...[readings, arrays, quantities, heartbeats, spills, modes].map(insert => insert(from, to)),
  problems(from, to),
  alarmChanges(from - DAY, to),
  ...shortTimeOfRuns(from, to),
];

/** Statements, in order, for the year that ends at `end`. The hours follow from the minutes by the store's views. */
export function yearOfBoards(end: number): readonly string[] {
  const begin = end - 365 * DAY;
  const recent = end - RAW;
  const hours = Array.from({ length: RAW / HOUR }, (_, n) => recent + n * HOUR);
  const months = Array.from({ length: 13 }, (_, n) => begin + n * 30 * DAY).map(
    from => [from, Math.min(recent, from + 30 * DAY)] as const,
  );
  const halfYear = begin + 7 * 30 * DAY;
  const lastMonth = recent - 30 * DAY;
  return [
    ...hours.flatMap(from =>
      [readings, arrays, quantities, heartbeats, spills].map(insert => insert(from, from + HOUR)),
    ),
    ...months.flatMap(([from, to]) => [
      rolledReadings('readings_1m', from, to, 60),
      rolledQuantities('quantities_1m', from, to, 60),
      rolledLatencies('latencies_1m', from, to, 60),
      ledger(from, to),
    ]),
    rolledFlow('flow_1h', begin, halfYear, HOUR),
    ...months.slice(7).map(([from, to]) => rolledFlow('flow_1m', from, to, 60)),
    // Small steps: a row of arrays with its state is some 5 kB in memory.
    ...Array.from({ length: 67 }, (_, n) => begin + n * 5 * DAY).map(from =>
      rolledArrays('reading_arrays_1h', from, Math.min(lastMonth, from + 5 * DAY), HOUR),
    ),
    ...Array.from({ length: 120 }, (_, n) => lastMonth + n * RAW).map(from =>
      rolledArrays('reading_arrays_1m', from, from + RAW, 60),
    ),
    problems(begin, end),
    alarmChanges(begin, end),
    modes(begin, end),
    ...yearOfRuns(begin, recent, end),
  ];
}
