import { crc32 } from 'node:zlib';

/** Byte offset of the checksum in a block. */
export const CHECKSUM_OFFSET = 4;

/**
 * Checksum of one whole block: CRC-32 (IEEE 802.3, as in zlib) over all its bytes but the four of the checksum
 * word. The document has a checksum as second word and does not tell the algorithm; this one is our choice.
 */
export const blockChecksum = (block: Uint8Array): number =>
  crc32(block.subarray(CHECKSUM_OFFSET + 4), crc32(block.subarray(0, CHECKSUM_OFFSET)));
