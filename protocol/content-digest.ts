import { createHash } from 'node:crypto';
import { SpillwayError } from './errors.ts';
import type { ValueKind } from './messages/readings.ts';

/** What a digest covers of a device: not its time, units or status, which no beam file carries in full. */
export interface DigestedDevice {
  readonly name: string;
  readonly kind: ValueKind;
  readonly values: ArrayLike<number>;
}

const KIND_BYTE = { float: 0x46, int: 0x49 } as const satisfies Record<ValueKind, number>;
const QUIET_NAN = 0x7fc0_0000;

/**
 * Digest of the values of one record, for comparing what a front end served with what files and store hold:
 * sha-256, in lower-case hexadecimal, over the devices in the order given. Per device:
 *
 *     name in UTF-8 | 0x00 | 'F' or 'I' | number of values, u32 LE | the values, 4 bytes LE each
 *
 * Values are reduced to what the raw block carries: a float to IEEE-754 single precision, an int to signed 32
 * bits. `-0` counts as `0`, since JSON and decimal text lose the sign; every NaN counts as 0x7fc00000.
 *
 * @throws SpillwayError BLOCK_UNENCODABLE for a value of an int device that is not a 32-bit integer.
 */
export function contentDigest(devices: readonly DigestedDevice[]): string {
  const size = devices.reduce(
    (sum, device) => sum + Buffer.byteLength(device.name) + 6 + device.values.length * 4,
    0,
  );
  const bytes = Buffer.allocUnsafe(size);
  let at = 0;
  for (const { name, kind, values } of devices) {
    at += bytes.write(name, at);
    at = bytes.writeUInt8(0, at);
    at = bytes.writeUInt8(KIND_BYTE[kind], at);
    at = bytes.writeUInt32LE(values.length, at);
    const write = kind === 'float' ? writeFloat : writeInt;
    for (let index = 0; index < values.length; index++) at = write(bytes, values[index] as number, at, name);
  }
  return createHash('sha256').update(bytes).digest('hex');
}

const writeFloat = (bytes: Buffer, value: number, at: number): number =>
  Number.isNaN(value) ? bytes.writeUInt32LE(QUIET_NAN, at) : bytes.writeFloatLE(Math.fround(value) + 0, at);

function writeInt(bytes: Buffer, value: number, at: number, name: string): number {
  if ((value | 0) !== value)
    throw new SpillwayError('BLOCK_UNENCODABLE', `${name}: ${value} is not a signed 32-bit integer`);
  return bytes.writeInt32LE(value, at);
}
