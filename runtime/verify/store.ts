import { readings as readingsType } from '../../protocol/messages/readings.ts';
import type { StreamId } from '../actor.ts';
import type { Nats } from '../host/nats.ts';
import { serverName } from '../host/streams.ts';
import { openStore, rowsOf, type Store, type StoreOptions } from '../store/connection.ts';
import { recordKey } from './beam-files.ts';
import type { Finding, Seen } from './compare.ts';
import { digestedRows, type RowsDigest, rowDigest } from './row-digest.ts';
import type { Accepted, Packed } from './sightings.ts';

/** Messages whose rows are told device by device; a store that lost a table would have to be asked for each. */
const TOLD_BY_DEVICE = 50;

/** Spill rows of the given records; a row that tells of other bytes, another count or time has another digest. */
export async function stored(
  options: StoreOptions,
  stream: StreamId,
  records: readonly Packed[],
): Promise<{ readonly seen: Seen[]; readonly storedAtMs: ReadonlyMap<number, number> }> {
  await using store = openStore(options);
  const bySequence = new Map(records.map(record => [record.sequence, record]));
  const rows = await rowsOf<SpillRow>(
    store,
    `SELECT spill_sequence AS sequence, sha256, toUnixTimestamp64Micro(inserted_at) / 1000 AS at,
       spill_count AS spillCount, in_out AS inOut,
       intDiv(toUnixTimestamp64Nano(block_time), 1000000000) AS seconds,
       toUnixTimestamp64Nano(block_time) % 1000000000 AS nanoseconds
     FROM spills WHERE stream = {stream:String} AND spill_sequence BETWEEN {first:UInt64} AND {last:UInt64}`,
    'the stored spills',
    { stream, ...range(bySequence.keys()) },
  );
  const storedAtMs = new Map<number, number>();
  const seen = rows.flatMap((row): Seen[] => {
    const record = bySequence.get(row.sequence);
    if (!record) return [];
    storedAtMs.set(record.sequence, row.at);
    const own = recordKey({ ...row, time: row });
    const where = `spills row of SPILL ${row.sequence}`;
    const { key, inOut, digest } = record;
    const alike = row.sha256 === record.sha256 && own === record.record;
    const others = own === record.record ? `sha256 ${row.sha256}` : own;
    return [
      alike
        ? { key, inOut, digest, where }
        : { key, inOut, digest: `not ${digest}`, where: `${where}: ${others}` },
    ];
  });
  return { seen, storedAtMs };
}

interface SpillRow {
  readonly sequence: number;
  readonly sha256: string;
  readonly at: number;
  readonly spillCount: number;
  readonly inOut: 'in' | 'out';
  readonly seconds: number;
  readonly nanoseconds: number;
}

interface StoredReadings {
  readonly readings: number;
  readonly values: number;
  readonly findings: readonly Finding[];
}

/** What the store has of the accepted readings, value by value, bit by bit. */
export async function storedReadings(
  options: StoreOptions,
  nats: Nats,
  stream: StreamId,
  beam: ReadonlyMap<number, Accepted>,
): Promise<StoredReadings> {
  await using store = openStore(options);
  const stored = await readingDigests(store, stream, beam.keys());
  const findings: Finding[] = [];
  let readings = 0;
  let values = 0;
  let bad = 0;
  for (const [sequence, { key, rows: expected, where }] of beam) {
    const there = stored.get(sequence) ?? { readings: 0, values: 0, digest: 0n };
    readings += there.readings;
    values += there.values;
    if (there.readings === expected.readings && there.digest === expected.digest) continue;
    const byDevice =
      there.readings > 0 && ++bad <= TOLD_BY_DEVICE
        ? await deviceFindings(store, nats, stream, sequence, key)
        : [];
    findings.push(...(byDevice.length > 0 ? byDevice : [messageFinding(key, where, expected, there)]));
  }
  return { readings, values, findings };
}

/** All rows of a message together. */
function messageFinding(key: string, where: string, expected: RowsDigest, there: RowsDigest): Finding {
  const missing = expected.readings - there.readings;
  const stage = 'stored';
  if (missing > 0) {
    return {
      kind: 'lost',
      stage,
      key,
      lastSeen: `accepted: ${missing} of ${expected.readings} readings of ${where}`,
    };
  }
  const place = `rows of ${where} in readings and reading_arrays`;
  if (missing < 0)
    return {
      kind: 'duplicated',
      stage,
      key,
      where: [`${there.readings} ${place}`],
      expected: expected.readings,
    };
  return { kind: 'different', stage, key, where: place };
}

/** One finding per device whose row is not as the message says. */
async function deviceFindings(
  store: Store,
  nats: Nats,
  stream: StreamId,
  sequence: number,
  key: string,
): Promise<Finding[]> {
  const message = await nats.jsm.streams.getMessage(serverName(nats.experiment, 'BEAM'), { seq: sequence });
  if (!message) return [];
  const body = readingsType.decode(message.data);
  const rows = await rowsOf<{ device: string; digest: string }>(
    store,
    `SELECT device, toString(digest) AS digest
     FROM (${digestedRows('stream = {stream:String} AND sequence = {sequence:UInt64}')})`,
    `the stored readings of BEAM ${sequence}`,
    { stream, sequence },
  );
  const byDevice = Map.groupBy(rows, ({ device }) => device);
  const expected = new Map(body.devices.map(device => [device.name, String(rowDigest(body, device))]));
  const findings: Finding[] = [];
  const stage = 'stored';
  for (const device of new Set([...expected.keys(), ...byDevice.keys()])) {
    const there = byDevice.get(device) ?? [];
    const digest = expected.get(device);
    const wanted = digest === undefined ? 0 : 1;
    const where = `row of ${device}, BEAM ${sequence}`;
    if (there.length < wanted)
      findings.push({ kind: 'lost', stage, key, lastSeen: `accepted: ${device} in BEAM ${sequence}` });
    else if (there.length > wanted)
      findings.push({ kind: 'duplicated', stage, key, where: there.map(() => where), expected: wanted });
    else if (there[0]?.digest !== digest) findings.push({ kind: 'different', stage, key, where });
  }
  return findings;
}

async function readingDigests(
  store: Store,
  stream: StreamId,
  sequences: Iterable<number>,
): Promise<Map<number, RowsDigest>> {
  const where = 'stream = {stream:String} AND sequence BETWEEN {first:UInt64} AND {last:UInt64}';
  const rows = await rowsOf<{ sequence: number; readings: number; values: number; digest: string }>(
    store,
    // As text: the sum needs all of its 64 bits.
    `SELECT sequence, count() AS readings, sum(number) AS values, toString(sum(rows.digest)) AS digest
     FROM (${digestedRows(where)}) AS rows
     GROUP BY sequence`,
    'the stored readings',
    { stream, ...range(sequences) },
  );
  return new Map(rows.map(row => [row.sequence, { ...row, digest: BigInt(row.digest) }]));
}

function range(sequences: Iterable<number>): { first: number; last: number } {
  let first = Number.MAX_SAFE_INTEGER;
  let last = 0;
  for (const sequence of sequences) {
    first = Math.min(first, sequence);
    last = Math.max(last, sequence);
  }
  return { first, last };
}
