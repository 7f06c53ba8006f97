/**
 * Raw data blocks: what the beam files hold and what the offline stream reads.
 *
 *     record   = header block, payload block                                  record.ts
 *     block    = size | checksum | block id | words...                        block.ts, checksum.ts, block-id.ts
 *     header   = ... | seconds | nanoseconds | spill count                    header.ts
 *     payload  = ... | number of devices | devices...                         payload.ts, device-name.ts, known-names.ts
 *
 * Everything is little-endian 32-bit words; size counts every word of the block, itself included. A whole file is
 * records back to back: `scan.ts` reads one in memory, `stream.ts` as it comes. `minos_beam_file.ksy` tells the same
 * to Kaitai Struct, from which the offline generates a reader in its own language.
 *
 * Sources: MINOS BeamData requirements revision 1.10 (20 August 2004) and, for minor 1, the revision of 2003. What they leave
 * open, and so is our choice: bit positions of the block id, checksum, byte order, type letters, name padding.
 */

export { type Block, decodeBlocks, MAX_BLOCK_WORDS, type Taken, takeBlock } from './block.ts';
export {
  type BlockId,
  Detector,
  DetectorCode,
  decodeBlockId,
  encodeBlockId,
  formatBlockId,
  Major,
  Minor,
  SourceCode,
} from './block-id.ts';
export { blockChecksum } from './checksum.ts';
export type { DecodedDevice, Device } from './payload.ts';
export {
  type BeamRecord,
  type DecodedRecord,
  decodeRecord,
  decodeRecordHead,
  encodeRecord,
  joinRecord,
  type TakenRecord,
  takeRecord,
} from './record.ts';
export { type Scan, scanRecords } from './scan.ts';
export { readBlocks, type StreamedBlock } from './stream.ts';
