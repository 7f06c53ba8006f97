import { SpillwayError } from '../errors.ts';
import { ValueKind } from '../messages/readings.ts';

/** Bytes of a device name in a payload block. */
export const NAME_BYTES = 8;

const COLON = 0x3a;
const FLOAT = 0x46;
const INT = 0x49;

/**
 * Writes `E:TRTGTD` as `45 46 54 52 54 47 54 44`: eight ASCII bytes, NUL padded, the colon replaced by `F` (IEEE-754
 * single precision values) or `I` (signed 32-bit integers). That the colon carries the type is revision 1.10; the
 * two letters and the padding are our choice. The eight bytes must be zero beforehand.
 * @throws SpillwayError BLOCK_UNENCODABLE naming the device.
 */
export function encodeDeviceName(into: Uint8Array, offset: number, name: string, kind: ValueKind): void {
  if (name.length < 3 || name.length > NAME_BYTES || name.charCodeAt(1) !== COLON) {
    throw new SpillwayError(
      'BLOCK_UNENCODABLE',
      `device ${JSON.stringify(name)}: a raw block takes names of 3 to ${NAME_BYTES} characters with a colon as the second`,
    );
  }
  for (let index = 0; index < name.length; index++) {
    const code = name.charCodeAt(index);
    if (!isNameByte(code)) {
      throw new SpillwayError(
        'BLOCK_UNENCODABLE',
        `device ${JSON.stringify(name)}: character ${index + 1} is not printable ASCII`,
      );
    }
    into[offset + index] = code;
  }
  into[offset + 1] = kind === ValueKind.int ? INT : FLOAT;
}

/** Name and kind from the eight bytes. @throws SpillwayError BLOCK_MALFORMED telling the bytes. */
export function decodeDeviceName(from: Uint8Array, offset: number): { name: string; kind: ValueKind } {
  const type = from[offset + 1];
  let length = NAME_BYTES;
  while (length > 0 && from[offset + length - 1] === 0) length--;
  let name = '';
  for (let index = 0; index < length; index++) {
    const code = index === 1 ? COLON : (from[offset + index] ?? 0);
    if (!isNameByte(code)) break;
    name += String.fromCharCode(code);
  }
  if ((type !== FLOAT && type !== INT) || length < 3 || name.length !== length) {
    const hex = Buffer.from(from.subarray(offset, offset + NAME_BYTES)).toString('hex');
    throw new SpillwayError('BLOCK_MALFORMED', `${hex} is not a device name`);
  }
  return { name, kind: type === INT ? ValueKind.int : ValueKind.float };
}

const isNameByte = (code: number): boolean => code > 0x20 && code < 0x7f;
