import { crc32 } from 'node:zlib';
import { type DeviceReading, valuesOf } from '../../protocol/messages/readings.ts';
import type { StreamId } from '../actor.ts';
import { openStore, rowsOf, type Store, type StoreOptions } from '../store/connection.ts';
import type { Finding, Seen } from './compare.ts';
import type { Accepted, Packed } from './sightings.ts';

/** Spill rows of the given records; a row whose bytes were others has another digest. */
export async function stored(
  options: StoreOptions,
  stream: StreamId,
  records: readonly Packed[],
): Promise<{ readonly seen: Seen[]; readonly storedAtMs: ReadonlyMap<number, number> }> {
  await using store = openStore(options);
  const bySequence = new Map(records.map(record => [record.sequence, record]));
  const rows = await rowsOf<{ sequence: string; sha256: string; at: number }>(
    store,
    `SELECT spill_sequence AS sequence, sha256, toUnixTimestamp64Micro(inserted_at) / 1000 AS at
     FROM spills WHERE stream = {stream:String} AND spill_sequence BETWEEN {first:UInt64} AND {last:UInt64}`,
    'the stored spills',
    { stream, ...range(bySequence.keys()) },
  );
  const storedAtMs = new Map<number, number>();
  const seen = rows.flatMap(({ sequence, sha256, at }): Seen[] => {
    const record = bySequence.get(Number(sequence));
    if (!record) return [];
    storedAtMs.set(record.sequence, at);
    const { key, inOut } = record;
    const digest = sha256 === record.sha256 ? record.digest : `other bytes, sha256 ${sha256}`;
    return [{ key, inOut, digest, where: `spills row of SPILL ${sequence}` }];
  });
  return { seen, storedAtMs };
}

interface StoredReadings {
  readonly readings: number;
  readonly values: number;
  readonly findings: readonly Finding[];
}

/** What the store has of the accepted readings, value by value, bit by bit. */
export async function storedReadings(
  options: StoreOptions,
  stream: StreamId,
  beam: ReadonlyMap<number, Accepted>,
): Promise<StoredReadings> {
  await using store = openStore(options);
  const rows = await readingDigests(store, stream, beam.keys());
  const findings: Finding[] = [];
  let readings = 0;
  let values = 0;
  for (const [sequence, { key, devices, where }] of beam) {
    const row = rows.get(sequence);
    const expected = digestOf(devices);
    readings += row?.readings ?? 0;
    values += row?.values ?? 0;
    const there = row?.readings ?? 0;
    if (there < expected.readings)
      findings.push({ kind: 'lost', stage: 'stored', key, lastSeen: `accepted: ${where}` });
    else if (there > expected.readings)
      findings.push({ kind: 'duplicated', stage: 'stored', key, where: [where] });
    else if (row && (row.values !== expected.values || row.digest !== expected.digest)) {
      findings.push({ kind: 'different', stage: 'stored', key, where: `readings of ${where}` });
    }
  }
  return { readings, values, findings };
}

interface Digest {
  readonly readings: number;
  readonly values: number;
  /** Exclusive or, over devices, of the CRC-32 of `<name>:<hexadecimal of the values' bytes>`. */
  readonly digest: number;
}

async function readingDigests(
  store: Store,
  stream: StreamId,
  sequences: Iterable<number>,
): Promise<Map<number, Digest>> {
  const rows = await rowsOf<Record<'sequence' | 'readings' | 'values' | 'digest', string | number>>(
    store,
    `SELECT sequence, count() AS readings, sum(number) AS values, groupBitXor(digest) AS digest
     FROM (
       SELECT sequence, 1 AS number, CRC32(concat(device, ':', hex(value))) AS digest
       FROM readings WHERE stream = {stream:String} AND sequence BETWEEN {first:UInt64} AND {last:UInt64}
       UNION ALL
       SELECT sequence, length(values), CRC32(concat(device, ':', arrayStringConcat(arrayMap(value -> hex(value), values))))
       FROM reading_arrays WHERE stream = {stream:String} AND sequence BETWEEN {first:UInt64} AND {last:UInt64}
     )
     GROUP BY sequence`,
    'the stored readings',
    { stream, ...range(sequences) },
  );
  return new Map(
    rows.map(row => [
      Number(row.sequence),
      { readings: Number(row.readings), values: Number(row.values), digest: Number(row.digest) },
    ]),
  );
}

/** The same digest from an accepted message. */
function digestOf(devices: readonly DeviceReading[]): Digest {
  let values = 0;
  let digest = 0;
  for (const device of devices) {
    const own = valuesOf(device);
    const bytes = Buffer.from(Float64Array.from(own).buffer);
    values += own.length;
    digest ^= crc32(`${device.name}:${bytes.toString('hex').toUpperCase()}`);
  }
  return { readings: devices.length, values, digest: digest >>> 0 };
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
