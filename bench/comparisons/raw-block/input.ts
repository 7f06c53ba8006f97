import { readFileSync } from 'node:fs';
import type { BeamRecord, Device } from '../../../protocol/raw-block/raw-block.ts';
import type { NumiSpill } from '../numi.ts';

/**
 * The devices of a spill as every language can read them, little-endian: seconds of the record and number of devices (uint32
 * each), then per device the name in eight bytes, padded with zeros, its kind (0 float, 1 int), seconds, milliseconds and
 * number of values (uint32 each) and the values as doubles.
 */
export function devicesFile({ devices, seconds }: NumiSpill): Uint8Array {
  const words = (...numbers: number[]): Uint8Array => new Uint8Array(Uint32Array.from(numbers).buffer);
  return Buffer.concat([
    words(seconds, devices.length),
    ...devices.flatMap(({ name, kind, seconds, milliseconds, values }) => [
      Buffer.from(name.padEnd(8, '\0'), 'latin1'),
      words(kind === 'int' ? 1 : 0, seconds, milliseconds, values.length),
      new Uint8Array(Float64Array.from(values).buffer),
    ]),
  ]);
}

/** The record of the devices in such a file. */
export function readRecord(path: string): BeamRecord {
  const bytes = readFileSync(path);
  const time = { seconds: bytes.readUInt32LE(0), nanoseconds: 0 };
  const devices: Device[] = [];
  let at = 8;
  while (at < bytes.length) {
    const [name, kind, seconds, milliseconds, count] = [
      bytes.toString('latin1', at, at + 8).replaceAll('\0', ''),
      bytes.readUInt32LE(at + 8) === 1 ? ('int' as const) : ('float' as const),
      bytes.readUInt32LE(at + 12),
      bytes.readUInt32LE(at + 16),
      bytes.readUInt32LE(at + 20),
    ];
    at += 24;
    const values = Array.from({ length: count }, (_, index) => bytes.readDoubleLE(at + index * 8));
    at += count * 8;
    devices.push({ name, kind, seconds, milliseconds, values });
  }
  return { simulated: true, detector: 'near', time, spillCount: 1, inOut: 'in', devices };
}
