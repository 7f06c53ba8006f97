import { SpillwayError } from '../errors.ts';
import { ValueKind } from '../messages/readings.ts';

/** Bytes of a device name in a payload block. */
const NAME_BYTES = 8;
/** Words of a device name in a payload block. */
export const NAME_WORDS = 2;

const COLON = 0x3a;
const FLOAT = 0x46;
const INT = 0x49;

/** A device name, and the two words that it has in a payload block. */
export interface DeviceName {
  readonly name: string;
  readonly kind: ValueKind;
  readonly first: number;
  readonly second: number;
}

/**
 * `E:TRTGTD` becomes `45 46 54 52 54 47 54 44`: eight ASCII bytes, NUL padded, the colon replaced by `F` (IEEE-754
 * single precision values) or `I` (signed 32-bit integers). That the colon carries the type is revision 1.10; the
 * two letters and the padding are our choice.
 * @throws SpillwayError BLOCK_UNENCODABLE naming the device.
 */
export function encodeDeviceName(name: string, kind: ValueKind): DeviceName {
  if (name.length < 3 || name.length > NAME_BYTES || name.charCodeAt(1) !== COLON) {
    throw new SpillwayError(
      'BLOCK_UNENCODABLE',
      `device ${JSON.stringify(name)}: a raw block takes names of 3 to ${NAME_BYTES} characters with a colon as the second`,
    );
  }
  const bytes = Buffer.alloc(NAME_BYTES);
  for (let index = 0; index < name.length; index++) {
    const code = name.charCodeAt(index);
    if (!isNameByte(code)) {
      throw new SpillwayError(
        'BLOCK_UNENCODABLE',
        `device ${JSON.stringify(name)}: character ${index + 1} is not printable ASCII`,
      );
    }
    bytes[index] = code;
  }
  bytes[1] = kind === ValueKind.int ? INT : FLOAT;
  return { name, kind, first: bytes.readInt32LE(0), second: bytes.readInt32LE(4) };
}

/** The name that two words are. @throws SpillwayError BLOCK_MALFORMED telling the bytes. */
export function decodeDeviceName(first: number, second: number): DeviceName {
  const bytes = Buffer.alloc(NAME_BYTES);
  bytes.writeInt32LE(first, 0);
  bytes.writeInt32LE(second, 4);
  const type = bytes[1];
  let length = NAME_BYTES;
  while (length > 0 && bytes[length - 1] === 0) length--;
  const text = bytes.subarray(0, length);
  if ((type !== FLOAT && type !== INT) || length < 3 || !text.every(isNameByte)) {
    throw new SpillwayError('BLOCK_MALFORMED', `${bytes.toString('hex')} is not a device name`);
  }
  text[1] = COLON;
  return {
    name: text.toString('latin1'),
    kind: type === INT ? ValueKind.int : ValueKind.float,
    first,
    second,
  };
}

const isNameByte = (code: number): boolean => code > 0x20 && code < 0x7f;
