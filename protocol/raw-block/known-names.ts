import { ValueKind } from '../messages/readings.ts';
import { type DeviceName, decodeDeviceName, encodeDeviceName } from './device-name.ts';

/**
 * The names that came before. The same sixty come with every spill: to look one up takes half of the time that writing it would, and a fifth of
 * reading it. Foreign bytes may hold any number of names, so that only so many are kept.
 */
const MOST = 4096;

const encoded = { float: new Map<string, DeviceName>(), int: new Map<string, DeviceName>() } as const;

/** As `encodeDeviceName`. */
export function knownName(name: string, kind: ValueKind): DeviceName {
  const names = kind === ValueKind.int ? encoded.int : encoded.float;
  const known = names.get(name);
  if (known !== undefined) return known;
  const written = encodeDeviceName(name, kind);
  if (names.size >= MOST) names.clear();
  names.set(name, written);
  return written;
}

/** Each in the place that its words give; the later of two takes it from the earlier. */
const decoded = Array.from({ length: MOST }, (): DeviceName | undefined => undefined);
/** Bits of a word beyond those of an index into `decoded`. */
const BEYOND_INDEX = 32 - Math.log2(MOST);

/** As `decodeDeviceName`. */
export function nameOfWords(first: number, second: number): DeviceName {
  // Knuth's multiplier, 2^32 over the golden ratio: names that differ in one letter come to lie far apart.
  const index = Math.imul(Math.imul(first, 31) + second, 0x9e37_79b1) >>> BEYOND_INDEX;
  const known = decoded[index];
  if (known !== undefined && known.first === first && known.second === second) return known;
  const read = decodeDeviceName(first, second);
  decoded[index] = read;
  return read;
}
