import { SpillwayError } from '../errors.ts';
import { ValueKind } from '../messages/readings.ts';
import { Minor } from './block-id.ts';
import { decodeDeviceName, encodeDeviceName } from './device-name.ts';

/**
 * Payload block (major 0x320 in-spill, 0x330 out-of-spill). Little-endian 32-bit words:
 *
 *     size | checksum | block id | number of devices, then per device
 *       minor 2: name 1 | name 2 | seconds | milliseconds | number of values | values...     5 + n words
 *       minor 1: name 1 | name 2 |                          number of values | values...     3 + n words
 */
export interface Device {
  /** ACNET name, 3 to 8 characters with a colon as the second. */
  readonly name: string;
  readonly kind: ValueKind;
  /** The device's own time stamp from the DAE. Minor 1 does not carry it. */
  readonly seconds: number;
  readonly milliseconds: number;
  /**
   * Float devices are rounded to IEEE-754 single precision, by which NaN and infinities are kept and a number
   * beyond 3.4e38 becomes an infinity. Int devices take whole numbers of 32 bits, signed.
   */
  readonly values: ArrayLike<number>;
}

/** A device as read from a block. */
export interface DecodedDevice {
  readonly name: string;
  readonly kind: ValueKind;
  /** `null` in a minor 1 block, which has no device times. */
  readonly seconds: number | null;
  readonly milliseconds: number | null;
  /** Shares its buffer with the other devices of its block. */
  readonly values: Float32Array | Int32Array;
}

/** Words before the first device. */
const PAYLOAD_HEAD_WORDS = 4;

const deviceHeadWords = (minor: Minor): number => (minor === Minor.withDeviceTimes ? 5 : 3);

/** Words a payload block of these devices has. */
export function payloadWords(devices: readonly Device[], minor: Minor): number {
  let words = PAYLOAD_HEAD_WORDS + devices.length * deviceHeadWords(minor);
  for (const device of devices) words += device.values.length;
  return words;
}

/**
 * Writes everything after the block id of the payload block that starts at `start`. The bytes must be zero and all of their buffer.
 * @throws SpillwayError BLOCK_UNENCODABLE naming the device.
 */
export function encodePayload(
  bytes: Uint8Array<ArrayBuffer>,
  view: DataView,
  start: number,
  devices: readonly Device[],
  minor: Minor,
): void {
  const words = { floats: new Float32Array(bytes.buffer), ints: new Int32Array(bytes.buffer) };
  view.setUint32(start + 12, devices.length, true);
  let at = start + PAYLOAD_HEAD_WORDS * 4;
  for (const device of devices) {
    encodeDeviceName(bytes, at, device.name, device.kind);
    at += 8;
    if (minor === Minor.withDeviceTimes) {
      view.setUint32(at, unsigned(device, 'seconds', 0xffff_ffff), true);
      view.setUint32(at + 4, unsigned(device, 'milliseconds', 999), true);
      at += 8;
    }
    view.setUint32(at, device.values.length, true);
    encodeValues(words, at / 4 + 1, device);
    at += 4 + device.values.length * 4;
  }
}

/** The same bytes as words of either kind; like every platform that runs Node.js, blocks have the lowest byte first. */
interface Words {
  readonly floats: Float32Array;
  readonly ints: Int32Array;
}

function encodeValues({ floats, ints }: Words, start: number, { name, kind, values }: Device): void {
  const { length } = values;
  if (kind === ValueKind.float) {
    for (let index = 0; index < length; index++) floats[start + index] = values[index] as number;
    return;
  }
  for (let index = 0; index < length; index++) {
    const value = values[index] as number;
    if (value !== (value | 0)) {
      throw new SpillwayError(
        'BLOCK_UNENCODABLE',
        `device ${name}: value ${index} is ${value}, an int device takes whole numbers of 32 bits`,
      );
    }
    ints[start + index] = value;
  }
}

/** Reads a payload block of `words` words whose size and checksum are known to be right. */
export type PayloadReader = (
  bytes: Uint8Array,
  view: DataView,
  start: number,
  words: number,
  minor: Minor,
) => DecodedDevice[];

/** The devices. @throws SpillwayError BLOCK_MALFORMED when they do not fill the block exactly. */
export const decodePayload: PayloadReader = (bytes, view, start, words, minor) => {
  const devices: DecodedDevice[] = [];
  // One copy for all devices: sixty small arrays of their own would take five times as long.
  const buffer = new ArrayBuffer(words * 4);
  new Uint8Array(buffer).set(bytes.subarray(start, start + words * 4));
  walk(bytes, view, start, words, minor, (name, kind, seconds, milliseconds, at, length) => {
    const values =
      kind === ValueKind.float
        ? new Float32Array(buffer, at - start, length)
        : new Int32Array(buffer, at - start, length);
    devices.push({ name, kind, seconds, milliseconds, values });
  });
  return devices;
};

/** Only makes sure that there are such devices: for whoever passes the block on, a fifth of the work. */
export const checkPayload: PayloadReader = (bytes, view, start, words, minor) => {
  walk(bytes, view, start, words, minor, () => {});
  return [];
};

function walk(
  bytes: Uint8Array,
  view: DataView,
  start: number,
  words: number,
  minor: Minor,
  onDevice: (
    name: string,
    kind: ValueKind,
    seconds: number | null,
    milliseconds: number | null,
    valuesAt: number,
    length: number,
  ) => void,
): void {
  const end = start + words * 4;
  if (words < PAYLOAD_HEAD_WORDS) throw beyond('the number of devices', words);
  const count = view.getUint32(start + 12, true);
  const headBytes = deviceHeadWords(minor) * 4;
  // Checked before the loop so that a wild count allocates nothing.
  if (count * headBytes > end - start) throw beyond(`${count} devices`, words);
  let at = start + PAYLOAD_HEAD_WORDS * 4;
  for (let index = 0; index < count; index++) {
    if (at + headBytes > end) throw beyond(`device ${index + 1} of ${count}`, words);
    const { name, kind } = decodeDeviceName(bytes, at);
    const timed = minor === Minor.withDeviceTimes;
    const seconds = timed ? view.getUint32(at + 8, true) : null;
    const milliseconds = timed ? view.getUint32(at + 12, true) : null;
    if (milliseconds !== null && milliseconds > 999) {
      throw new SpillwayError(
        'BLOCK_MALFORMED',
        `device ${name}: milliseconds are ${milliseconds}, 0 to 999 allowed`,
      );
    }
    const length = view.getUint32(at + headBytes - 4, true);
    at += headBytes;
    if (length * 4 > end - at) throw beyond(`${length} values of device ${name}`, words);
    onDevice(name, kind, seconds, milliseconds, at, length);
    at += length * 4;
  }
  if (at !== end) {
    throw new SpillwayError('BLOCK_MALFORMED', `${(end - at) / 4} words left over after ${count} devices`);
  }
}

const beyond = (what: string, words: number): SpillwayError =>
  new SpillwayError('BLOCK_MALFORMED', `${what} cannot fit in a payload block of ${words} words`);

const unsigned = (device: Device, field: 'seconds' | 'milliseconds', max: number): number => {
  const value = device[field];
  if (Number.isInteger(value) && value >= 0 && value <= max) return value;
  throw new SpillwayError(
    'BLOCK_UNENCODABLE',
    `device ${device.name}: ${field} is ${value}, whole numbers 0 to ${max} fit`,
  );
};
