import { createHash } from 'node:crypto';
import { type DeviceReading, type Readings, valuesOf } from '../../protocol/messages/readings.ts';

/**
 * What the store must hold of one message of readings, small enough to be kept for a whole day: numbers of rows and values,
 * and the sum, modulo 2^64, of a digest of every row. A sum tells rows that swapped their values, which an exclusive or
 * of check sums does not.
 */
export interface RowsDigest {
  readonly readings: number;
  readonly values: number;
  readonly digest: bigint;
}

/**
 * First 8 bytes, little-endian, of the sha-256 of
 *
 *     <device> <in|out> <trigger time, µs> <status> <units> <values: hexadecimal of their 8 bytes, little-endian>
 *
 * The same as `ROW_DIGEST` of the store.
 */
export function rowDigest({ inOut, time }: Readings, device: DeviceReading): bigint {
  const micros = time.seconds * 1_000_000 + Math.floor(time.nanoseconds / 1000);
  const values = Buffer.from(Float64Array.from(valuesOf(device)).buffer);
  return createHash('sha256')
    .update(`${device.name} ${inOut} ${micros} ${device.status} ${device.units} `)
    .update(values.toString('hex').toUpperCase())
    .digest()
    .readBigUInt64LE(0);
}

export function rowsDigest(body: Readings): RowsDigest {
  let values = 0;
  let sum = 0n;
  for (const device of body.devices) {
    values += device.values.length;
    sum += rowDigest(body, device);
  }
  return { readings: body.devices.length, values, digest: BigInt.asUintN(64, sum) };
}

const ROW_DIGEST = (values: string): string =>
  'reinterpretAsUInt64(SHA256(concat(' +
  "device, ' ', toString(in_out), ' ', toString(toUnixTimestamp64Micro(ts)), ' ', toString(status), ' ', units, ' ', " +
  `${values})))`;

/** Rows of both tables as `sequence`, `device`, `number` of values and `digest`; `where` selects among them. */
export const digestedRows = (where: string): string => `
  SELECT sequence, device, 1 AS number, ${ROW_DIGEST('hex(value)')} AS digest
  FROM readings WHERE ${where}
  UNION ALL
  SELECT sequence, device, length(values), ${ROW_DIGEST('arrayStringConcat(arrayMap(value -> hex(value), values))')}
  FROM reading_arrays WHERE ${where}`;
