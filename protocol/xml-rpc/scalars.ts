import { parseDouble } from './double.ts';
import type { XmlRpcValue } from './values.ts';
import { WallTime } from './wall-time.ts';

// Leading zeros collapse; the digits are bounded so that a mile of them costs nothing.
const INTEGER = /^[+-]?0*\d{1,19}$/;
const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;

/**
 * The specification gives `<int>` and `<i4>` 32 bits; some libraries write more. Such a value is taken as the
 * `<i8>` it should have been, so that it is refused by whoever cannot hold it and not with the whole document.
 */
function parseInt32(text: string): number | bigint | undefined {
  if (!INTEGER.test(text)) return undefined;
  const value = Number(text);
  // `| 0` also makes `-0` the integer it is.
  return value >= -0x8000_0000 && value <= 0x7fff_ffff ? value | 0 : parseInt64(text);
}

function parseInt64(text: string): bigint | undefined {
  if (!INTEGER.test(text)) return undefined;
  const value = BigInt(text);
  return BigInt.asIntN(64, value) === value ? value : undefined;
}

function parseBoolean(text: string): boolean | undefined {
  if (text === '1') return true;
  return text === '0' ? false : undefined;
}

function parseBase64(text: string): Uint8Array | undefined {
  const packed = text.replaceAll(/[ \t\r\n]+/g, '');
  if (packed.length % 4 !== 0 || !BASE64.test(packed)) return undefined;
  // Copied out of Node's shared pool, so that its `buffer` holds these bytes only.
  return new Uint8Array(Buffer.from(packed, 'base64'));
}

const parseNil = (text: string): null | undefined => (text === '' ? null : undefined);

/**
 * Reads the text of each scalar element; undefined where the text is not one. White space around a number is
 * not one: the specification forbids it.
 */
export const SCALARS = {
  int: parseInt32,
  i4: parseInt32,
  i8: parseInt64,
  'ex:i8': parseInt64,
  boolean: parseBoolean,
  double: parseDouble,
  string: (text: string) => text,
  base64: parseBase64,
  'dateTime.iso8601': (text: string) => WallTime.parse(text),
  nil: parseNil,
  'ex:nil': parseNil,
} as const satisfies Record<string, (text: string) => XmlRpcValue | undefined>;
