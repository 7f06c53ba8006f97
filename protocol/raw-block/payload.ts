import { SpillwayError } from '../errors.ts';
import { ValueKind } from '../messages/readings.ts';
import { Minor } from './block-id.ts';
import { NAME_WORDS } from './device-name.ts';
import { knownName, nameOfWords } from './known-names.ts';
import { takeWords, type Words } from './words.ts';

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
  /** Shares its buffer with the other devices of its block, and maybe with those of other blocks (words.ts). */
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
 * Writes everything after the block id of the payload block that starts at word `start`.
 * @throws SpillwayError BLOCK_UNENCODABLE naming the device.
 */
export function encodePayload(
  { ints, floats }: Words,
  start: number,
  devices: readonly Device[],
  minor: Minor,
): void {
  ints[start + 3] = devices.length;
  let at = start + PAYLOAD_HEAD_WORDS;
  for (const device of devices) {
    const { name, kind, values } = device;
    const { first, second } = knownName(name, kind);
    ints[at] = first;
    ints[at + 1] = second;
    at += NAME_WORDS;
    if (minor === Minor.withDeviceTimes) {
      ints[at++] = unsigned(device, 'seconds', device.seconds, 0xffff_ffff);
      ints[at++] = unsigned(device, 'milliseconds', device.milliseconds, 999);
    }
    ints[at++] = values.length;
    if (kind === ValueKind.float) encodeFloats(floats, at, values);
    else encodeInts(ints, at, values, name);
    at += values.length;
  }
}

/** Four at a time: one by one, the loop itself takes nearly as long as what is done in it. */
function encodeFloats(into: Float32Array, start: number, values: ArrayLike<number>): void {
  const { length } = values;
  let index = 0;
  let at = start;
  for (; index + 3 < length; index += 4, at += 4) {
    into[at] = values[index] as number;
    into[at + 1] = values[index + 1] as number;
    into[at + 2] = values[index + 2] as number;
    into[at + 3] = values[index + 3] as number;
  }
  for (; index < length; index++, at++) into[at] = values[index] as number;
}

function encodeInts(into: Int32Array, start: number, values: ArrayLike<number>, name: string): void {
  const { length } = values;
  for (let index = 0; index < length; index++) {
    const value = values[index] as number;
    if (value !== (value | 0)) {
      throw new SpillwayError(
        'BLOCK_UNENCODABLE',
        `device ${name}: value ${index} is ${value}, an int device takes whole numbers of 32 bits`,
      );
    }
    into[start + index] = value;
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
  // One copy for all devices: sixty small arrays of their own would take five times as long.
  const { into, start: copy } = takeWords(words);
  into.bytes.set(bytes.subarray(start, start + words * 4), copy * 4);
  return walk(view, start, words, minor, { buffer: into.bytes.buffer, start: copy * 4 });
};

/** Only makes sure that there are such devices: for whoever passes the block on, a fifth of the work. */
export const checkPayload: PayloadReader = (_bytes, view, start, words, minor) => {
  walk(view, start, words, minor);
  return [];
};

/** Checks every word, and makes devices of them where there is a copy of the block to hold their values. */
function walk(
  view: DataView,
  start: number,
  words: number,
  minor: Minor,
  copy?: { readonly buffer: ArrayBuffer; readonly start: number },
): DecodedDevice[] {
  const end = start + words * 4;
  if (words < PAYLOAD_HEAD_WORDS) throw beyond('the number of devices', words);
  const count = view.getUint32(start + 12, true);
  const headBytes = deviceHeadWords(minor) * 4;
  // Checked before the loop so that a wild count allocates nothing.
  if (count * headBytes > end - start) throw beyond(`${count} devices`, words);
  const timed = minor === Minor.withDeviceTimes;
  const devices: DecodedDevice[] = [];
  let at = start + PAYLOAD_HEAD_WORDS * 4;
  for (let index = 0; index < count; index++) {
    if (at + headBytes > end) throw beyond(`device ${index + 1} of ${count}`, words);
    const { name, kind } = nameOfWords(view.getInt32(at, true), view.getInt32(at + 4, true));
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
    if (copy !== undefined) {
      const { buffer } = copy;
      const from = copy.start + at - start;
      const values =
        kind === ValueKind.float
          ? new Float32Array(buffer, from, length)
          : new Int32Array(buffer, from, length);
      devices.push({ name, kind, seconds, milliseconds, values });
    }
    at += length * 4;
  }
  if (at !== end) {
    throw new SpillwayError('BLOCK_MALFORMED', `${(end - at) / 4} words left over after ${count} devices`);
  }
  return devices;
}

const beyond = (what: string, words: number): SpillwayError =>
  new SpillwayError('BLOCK_MALFORMED', `${what} cannot fit in a payload block of ${words} words`);

const unsigned = (device: Device, field: 'seconds' | 'milliseconds', value: number, max: number): number => {
  if (value >>> 0 === value && value <= max) return value;
  throw new SpillwayError(
    'BLOCK_UNENCODABLE',
    `device ${device.name}: ${field} is ${value}, whole numbers 0 to ${max} fit`,
  );
};
