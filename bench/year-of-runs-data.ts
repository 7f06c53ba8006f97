import { DAY, grid, HOUR, list, noise } from './year-of-boards-sql.ts';

/** SQL that makes a camera for `year-of-boards.ts`: a run every two minutes, each fifth of them a pedestal, an event every other second. */

const RUN = 120;
const EVENT = 2;
const CLUSTERS = 20;
const EXPOSURE = 0.3;

/** Of the run that goes on at `at`. */
const run = (at = 'at') => `toUInt32(intDiv(toUnixTimestamp(${at}), ${RUN}))`;
const isPedestal = `${run()} % 5 = 0`;
const time = (of = 'at') => `toDateTime64(${of}, 6, 'UTC')`;
const serial = `toUInt32(intDiv(toUnixTimestamp(at) % ${RUN}, ${EVENT}))`;
const data = (from: number, to: number) =>
  `(SELECT * FROM ${grid(['x'], from, to, EVENT)} WHERE NOT (${isPedestal}))`;

const begins = (from: number, to: number) => `INSERT INTO run_begins
  (ts, site, detector, run, pedestal, high_voltage, exposure, description, conditions, settings, odb, source, stored_at, stream, sequence)
  SELECT ${time()}, 'lngs', 'lime', ${run()}, ${isPedestal}, NOT (${isPedestal}), ${EXPOSURE}, if(${isPedestal}, 'pedestal', 'iron-55 at 25 cm'),
    map('GEM1_V', '440', 'run_type', '1'), map('GEM1_V', 440., 'run_type', 1.), 'read', 'run.mid.gz', ${time()}, 'RUN@1', number
  FROM ${grid(['x'], from, to, RUN)}`;

const ends = (from: number, to: number) => `INSERT INTO run_ends
  (ts, site, detector, run, run_started_at, pedestal, exposure, ending, code, message, equipment, raw_events, bytes, stored_at, stream, sequence)
  SELECT ${time()} + ${RUN - 1}, 'lngs', 'lime', ${run()}, ${time()}, ${isPedestal}, ${EXPOSURE}, if(number % 100 = 7, 'truncated', 'end-of-run'), '', '',
    map('Trigger', (${RUN / EVENT}, 1, ${RUN / EVENT}, 0, 0)), ${RUN / EVENT}, 600000000, ${time()}, 'RUN@1', number
  FROM ${grid(['x'], from, to - RUN, RUN)}`;

const pedestals = (from: number, to: number) => `INSERT INTO pedestals
  (ts, site, detector, run, camera, cameras, version, run_started_at, pedestal, events, outcome, pictures, rows, columns, sum, mean, sigma, regions,
   stored_at, stream, sequence)
  SELECT ${time()} + ${RUN - 1}, 'lngs', 'lime', ${run()}, 0, [0], 1, ${time()}, true, 60, 'made', 60, 2304, 2304, 5.2e8, 99 + ${noise('number')},
    3 + ${noise('number')} / 10, [], ${time()}, 'RUN@1', number
  FROM ${grid(['x'], from, to, RUN)} WHERE ${isPedestal}`;

const summaries = (from: number, to: number) => `INSERT INTO run_summaries
  (ts, site, detector, run, version, complete, started_at, ended_at, pedestal, expected, events, reconstructed, sampled_out, no_picture, sparks, pictures,
   clusters, waveforms, live_seconds, elapsed_seconds, cluster_rate, spark_rate, light_yield, light_yield_error, light_yield_sigma, light_yield_spots,
   mean_integral, stored_at, stream, sequence)
  SELECT ${time()} + ${RUN}, 'lngs', 'lime', ${run()}, 1, true, ${time()}, ${time()} + ${RUN - 1}, ${isPedestal}, ${RUN / EVENT}, ${RUN / EVENT},
    ${RUN / EVENT}, 0, 0, number % 3, ${RUN / EVENT}, 1200, 480, 18, 119, 66 + 10 * ${noise('number')}, 0.01, 8000 + 500 * ${noise('number')}, 40, 900, 400,
    5000, ${time()}, 'SUMMARY@1', number
  FROM ${grid(['x'], from, to, RUN)}`;

const gaps = (from: number, to: number) => `INSERT INTO event_gaps
  (ts, site, detector, run, equipment, kind, first, last, reason, stored_at, stream, sequence)
  SELECT ${time()}, 'lngs', 'lime', ${run()}, 'Trigger', 'missing', 3, 4, 'left out', ${time()}, 'EVENT@1', number FROM ${grid(['x'], from, to, RUN)} WHERE number % 360 = 1`;

const rawEvents = (from: number, to: number) => `INSERT INTO raw_events
  (ts, site, detector, run, equipment, serial, copy, event_id, run_started_at, pedestal, exposure, body, bytes, digest, source, hops, stored_at, stream, sequence)
  SELECT ${time()}, 'lngs', 'lime', ${run()}, 'Trigger', ${serial}, 0, 1, ${time()}, ${isPedestal}, ${EXPOSURE}, '', 10616880, '', 'run.mid.gz',
    map('read', ${time()}), ${time()}, 'EVENT@1', number
  FROM ${grid(['x'], from, to, EVENT)}`;

const events = (from: number, to: number) => `INSERT INTO events
  (ts, site, detector, run, equipment, serial, copy, picture, run_started_at, pedestal, exposure, outcome, reason, pictures, waveforms, camera, kind,
   cmos_integral, cmos_mean, cmos_rms, nSc, lp_len, pedestal_run, pedestal_version, profile, code, stored_at, stream, sequence)
  SELECT ${time()}, 'lngs', 'lime', ${run()}, 'Trigger', ${serial}, 0, 0, ${time()}, false, ${EXPOSURE}, if(number % 97 = 5, 'sampled-out', 'reconstructed') AS how,
    if(number % 97 = 5, 'too many wait', ''), how = 'reconstructed', 8, if(how = 'reconstructed', 0, NULL),
    multiIf(how != 'reconstructed', '', number % 50 = 3, 'spark', 'picture'), 1e6, 1.2 + ${noise('number')}, 3, if(number % 50 = 3, 0, ${CLUSTERS}), 9000,
    ${run()} - ${run()} % 5, 1, 'lngs-2023', '0.1.0', ${time()} + 0.4, 'RECO@1', number
  FROM ${data(from, to)}`;

const clusters = (from: number, to: number) => `INSERT INTO clusters
  (ts, site, detector, run, equipment, serial, copy, camera, cluster, sc_size, sc_nhits, sc_integral, sc_corrintegral, sc_rms, sc_theta, sc_length, sc_width,
   sc_lfullrms, sc_tfullrms, sc_xmean, sc_ymean, sc_xmin, sc_xmax, sc_ymin, sc_ymax, stored_at, stream, sequence)
  SELECT ${time()}, 'lngs', 'lime', ${run()}, 'Trigger', ${serial}, 0, 0, place, 1600, 400 + place, 8000 + 3000 * ${noise('number, place')}, 8000, 5, 45,
    40 + 30 * place * (0.5 + ${noise('number, place, 1')}), 30 + 20 * ${noise('number, place, 2')}, 10, 5, 1100, 1100, 1000, 1200, 1000, 1200, ${time()}, 'RECO@1', number
  FROM ${data(from, to)} ARRAY JOIN range(${CLUSTERS}) AS place`;

const waveforms = (from: number, to: number) => `INSERT INTO waveforms
  (ts, site, detector, run, equipment, serial, copy, board, trigger, channel, sample_ns, inside_exposure, time_tag_ns, pmt_wf_baseline, pmt_wf_RMS,
   pmt_wf_tot_integral, pmt_wf_tot_charge, pmt_wf_max_ampl, pmt_TOT_time, pmt_TOT_area, peaks, stored_at, stream, sequence)
  SELECT ${time()}, 'lngs', 'lime', ${run()}, 'Trigger', ${serial}, 0, [1742, 1720][1 + intDiv(place, 4)], 0, place % 4, 1.33, true, 1e6, 3500, 2,
    500, 13 + ${noise('number, place')}, 80, 60, 400, [], ${time()}, 'RECO@1', number
  FROM ${data(from, to)} ARRAY JOIN range(8) AS place`;

/** Device of LIME's slow control and what it is about. */
const SLOW: Readonly<Record<string, number>> = {
  'L:GEM1': 440,
  'L:GEM2': 440,
  'L:GEM3': 440,
  'L:T1': 500,
  'L:T2': 500,
  'L:DRIFT': 960,
  'L:OFFSET': 10,
  'L:CATHODE': 50_000,
  'L:CATHODE_I': 0.1,
  'L:ATM_PRESSURE': 0.91,
  'L:EXT_PRESSURE': 0.91,
  'L:FILTER_PRESSURE_0': 0.2,
  'L:FILTER_PRESSURE_1': 0.2,
  'L:FILTER_PRESSURE_2': 0.1,
  'L:FILTER_PRESSURE_3': 0.1,
  'L:GAS_TEMPERATURE': 21,
  'L:ATM_TEMPERATURE': 18,
  'L:CAMERA_TEMPERATURE': -10,
  'L:GAS_DENSITY': 1.4,
  'L:GAS_DENSITY_2': 1.5,
  'L:HUMIDITY': 40,
};
const slowNames = Object.keys(SLOW);
const about = `[${Object.values(SLOW).join(', ')}][indexOf(${list(slowNames)}, name)] * (1 + ${noise('number')} / 100)`;

const slow = (from: number, to: number) => `INSERT INTO readings
  (ts, device, in_out, value, units, status, device_time, trigger, source, mode, stream, sequence)
  SELECT ${time()}, name, 'out', ${about}, '', 0, ${time()}, 'Environment', 'lime', 'callback', 'SLOW@1', number FROM ${grid(slowNames, from, to, 60)}`;

export const CAMERA_ACTORS = ['event-intake', 'sentinel', 'buffer-keeper', 'run-summary'] as const;

const COUNTERS = [
  'events',
  'events{outcome="reconstructed"}',
  'rows{table="events"}',
  'bytes',
  'maxBytes',
  'oldestAgeSeconds',
  'removedRead',
  'removedUnread',
  'waiting',
  'sampledOut',
];
const STEPS = ['event', 'fetch', 'queue', 'decode', 'reconstruct', 'waveforms', 'display', 'publish'];

const heartbeats = (from: number, to: number) => `INSERT INTO health
  (ts, actor, instance, host, pid, version, state, started_at, last_error, lanes, counters, latencies, stream, sequence)
  SELECT ${time()}, name, 'daq1-2', 'daq1', 2, '0.1.0', 'running', toDateTime64(${from}, 3, 'UTC'), '', map('EVENT', (number, number % 5, 0.5, 0, 0)),
    mapFromArrays(${list(COUNTERS)}, [${COUNTERS.map(counter => (counter === 'maxBytes' ? '2e9' : 'toFloat64(number)')).join(', ')}]),
    mapFromArrays(${list(STEPS)}, [${STEPS.map((_, index) => `(number, ${10 + index}., 90., 200.)`).join(', ')}]), 'HEALTH@1', number
  FROM ${grid(CAMERA_ACTORS, from, to, 5)}`;

/** What the heartbeats of the camera's actors leave in the roll-ups: actor, figure and name. */
export const CAMERA_FIGURES = [
  ...CAMERA_ACTORS.flatMap(actor => [`${actor}|running|`, `${actor}|lag|EVENT`, `${actor}|rate|EVENT`]),
  ...['bytes', 'maxBytes', 'removedRead', 'removedUnread'].map(name => `buffer-keeper|counter|${name}`),
  ...['waiting', 'sampledOut'].map(name => `sentinel|counter|${name}`),
  'event-intake|counter|events',
  'sentinel|counter|events{outcome="reconstructed"}',
  'recorder|counter|rows{table="events"}',
  ...STEPS.map(step => `sentinel|p50|${step}`),
];

const DETECTOR_FIGURES = [
  'events|reconstructed',
  'live|',
  ...['sparks', 'clusters', 'points', 'cmos_mean', 'cmos_rms'].map(name => `${name}|0`),
  ...['charge', 'amplitude', 'tot'].flatMap(name => [0, 1, 2, 3].map(channel => `${name}|V1742 ${channel}`)),
];

const rolledFigures = (from: number, to: number, every: number) => `INSERT INTO detector_1m
  SELECT at, 'lngs', 'lime', splitByChar('|', name)[1], splitByChar('|', name)[2], ${every / EVENT}, 0.3, 20, ${every / EVENT} * (10 + ${noise('number')})
  FROM ${grid(DETECTOR_FIGURES, from, to, every)}`;

/** A few bins of each histogram are enough to read as many rows. */
const BINS = ['sc_integral', 'sc_length', 'sc_width', 'density', 'length and density'].flatMap(variable =>
  Array.from({ length: 40 }, (_, place) => `${variable}|${place}`),
);
const WIDTHS =
  "transform(splitByChar('|', name)[1], ['sc_integral', 'sc_length', 'sc_width', 'density'], [500, 25, 5, 2], 50)";

const rolledSpectra = (table: string, from: number, to: number, every: number) => `INSERT INTO ${table}
  SELECT at, 'lngs', 'lime', splitByChar('|', name)[1] AS variable, toFloat32(splitByChar('|', name)[2]) * ${WIDTHS},
    if(variable = 'length and density', 4 * (number % 12), 0), ${every}, now()
  FROM ${grid(BINS, from, to, every)}`;

/** Everything of a short time, by itself enough for every panel. */
export const shortTimeOfRuns = (from: number, to: number): readonly string[] =>
  [begins, ends, pedestals, gaps, summaries, rawEvents, events, clusters, waveforms, slow, heartbeats].map(
    insert => insert(from, to),
  );

/** Statements for a year of runs that ends at `end`; the last hours from `recent` on as events. */
export const yearOfRuns = (begin: number, recent: number, end: number): readonly string[] => [
  ...[begins, ends, summaries, pedestals, gaps].map(insert => insert(begin, end)),
  ...Array.from({ length: Math.floor((end - recent) / HOUR) }, (_, hour) => recent + hour * HOUR).flatMap(
    from => [rawEvents, events, clusters, waveforms, heartbeats].map(insert => insert(from, from + HOUR)),
  ),
  ...Array.from({ length: 12 }, (_, month) => begin + month * 30 * DAY).flatMap(from => [
    rolledFigures(from, Math.min(recent, from + 30 * DAY), 60),
    slow(from, Math.min(recent, from + 30 * DAY)),
    rolledSpectra('spectra_1h', from, Math.min(recent - 7 * DAY, from + 30 * DAY), HOUR),
  ]),
  rolledSpectra('spectra_1m', recent - 7 * DAY, recent, 60),
];
