import { SpillwayError } from '../errors.ts';
import type { EventTime } from '../time.ts';

/** Words of a header block, all of them fixed. */
export const HEADER_WORDS = 6;

/**
 * Header block (major 0x310), the first of every record. Little-endian 32-bit words; minor 1 and 2 are alike:
 *
 *     size = 6 | checksum | block id | seconds | nanoseconds | spill count
 */
export interface HeaderBlock {
  /** Absolute time of the whole record; which moment it stamps is the packer's block time rule. */
  readonly time: EventTime;
  /** Counts callbacks, not proven spills; an out-of-spill record repeats the latest count. 32 bits, unsigned. */
  readonly spillCount: number;
}

/**
 * Writes words 4 to 6 of the block that starts at word `start`.
 * @throws SpillwayError BLOCK_UNENCODABLE naming the field.
 */
export function encodeHeader(into: Int32Array, start: number, header: HeaderBlock): void {
  into[start + 3] = unsigned('seconds', header.time.seconds, 0xffff_ffff);
  into[start + 4] = unsigned('nanoseconds', header.time.nanoseconds, 999_999_999);
  into[start + 5] = unsigned('spill count', header.spillCount, 0xffff_ffff);
}

/** Reads words 4 to 6 of a block of `words` words. @throws SpillwayError BLOCK_MALFORMED naming the field. */
export function decodeHeader(view: DataView, start: number, words: number): HeaderBlock {
  if (words !== HEADER_WORDS) {
    throw new SpillwayError('BLOCK_MALFORMED', `a header block has ${HEADER_WORDS} words, this one ${words}`);
  }
  const nanoseconds = view.getUint32(start + 16, true);
  if (nanoseconds > 999_999_999) {
    throw new SpillwayError(
      'BLOCK_MALFORMED',
      `nanoseconds of the header are ${nanoseconds}, 0 to 999999999 allowed`,
    );
  }
  return {
    time: { seconds: view.getUint32(start + 12, true), nanoseconds },
    spillCount: view.getUint32(start + 20, true),
  };
}

const unsigned = (field: string, value: number, max: number): number => {
  if (Number.isInteger(value) && value >= 0 && value <= max) return value;
  throw new SpillwayError('BLOCK_UNENCODABLE', `header ${field} is ${value}, whole numbers 0 to ${max} fit`);
};
