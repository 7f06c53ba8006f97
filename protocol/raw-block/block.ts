import { asSpillwayError, SpillwayError } from '../errors.ts';
import { type BlockId, decodeBlockId, Major, Minor } from './block-id.ts';
import { blockChecksum, CHECKSUM_OFFSET } from './checksum.ts';
import { decodeHeader, type HeaderBlock } from './header.ts';
import { type DecodedDevice, decodePayload, type PayloadReader } from './payload.ts';
import type { Words } from './words.ts';

/** Words of the smallest block: size, checksum, block id. */
export const MIN_BLOCK_WORDS = 3;
/** 16 MiB. A larger size word is taken for rubbish rather than waited for. */
export const MAX_BLOCK_WORDS = 4 * 1024 * 1024;

/** One decoded block. A block of a major or minor id unknown here is whole and well, its words just have no names. */
export type Block =
  | ({ readonly kind: 'header'; readonly id: BlockId } & HeaderBlock)
  | { readonly kind: 'payload'; readonly id: BlockId; readonly devices: readonly DecodedDevice[] }
  | { readonly kind: 'unknown'; readonly id: BlockId; readonly words: number };

/** What stands at an offset: a block, the beginning of one, or something wrong. */
export type Taken =
  | { readonly kind: 'block'; readonly size: number; readonly block: Block }
  /** Bytes so far are the beginning of a block that needs this many, counted from its start. */
  | { readonly kind: 'more'; readonly needed: number }
  /** `size` is `null` when the size word itself is wrong, so that nothing tells where a next block starts. */
  | {
      readonly kind: 'bad';
      readonly code: 'BLOCK_MALFORMED' | 'BLOCK_CHECKSUM';
      readonly reason: string;
      readonly size: number | null;
    };

/** Writes size, checksum and block id of the block at word `start` whose other words are in place: call it last. */
export function sealBlock({ bytes, ints }: Words, start: number, words: number, id: number): void {
  ints[start] = words;
  ints[start + 2] = id;
  ints[start + 1] = blockChecksum(bytes.subarray(start * 4, (start + words) * 4));
}

/** The block at `start`, its size, checksum and every word checked, in that order. */
export function takeBlock(bytes: Uint8Array, start = 0, readPayload: PayloadReader = decodePayload): Taken {
  const available = bytes.byteLength - start;
  if (available < 4) return { kind: 'more', needed: 4 };
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const words = view.getUint32(start, true);
  if (words < MIN_BLOCK_WORDS || words > MAX_BLOCK_WORDS) {
    const reason = `size is ${words} words, ${MIN_BLOCK_WORDS} to ${MAX_BLOCK_WORDS} allowed`;
    return { kind: 'bad', code: 'BLOCK_MALFORMED', reason, size: null };
  }
  const size = words * 4;
  if (available < size) return { kind: 'more', needed: size };
  const stated = view.getUint32(start + CHECKSUM_OFFSET, true);
  const computed = blockChecksum(bytes.subarray(start, start + size));
  if (stated !== computed) {
    const reason = `checksum is ${hex(stated)}, the words give ${hex(computed)}`;
    return { kind: 'bad', code: 'BLOCK_CHECKSUM', reason, size };
  }
  try {
    return { kind: 'block', size, block: decodeBlock(bytes, view, start, words, readPayload) };
  } catch (thrown) {
    return { kind: 'bad', code: 'BLOCK_MALFORMED', reason: asSpillwayError(thrown).message, size };
  }
}

function decodeBlock(
  bytes: Uint8Array,
  view: DataView,
  start: number,
  words: number,
  readPayload: PayloadReader,
): Block {
  const id = decodeBlockId(view.getUint32(start + 8, true));
  if (id.minor === Minor.withDeviceTimes || id.minor === Minor.withoutDeviceTimes) {
    if (id.major === Major.header) {
      const { time, spillCount } = decodeHeader(view, start, words);
      return { kind: 'header', id, time, spillCount };
    }
    if (id.major === Major.payloadIn || id.major === Major.payloadOut) {
      return { kind: 'payload', id, devices: readPayload(bytes, view, start, words, id.minor) };
    }
  }
  return { kind: 'unknown', id, words };
}

/**
 * All blocks of `bytes`, which must end with a whole one.
 * @throws SpillwayError BLOCK_MALFORMED or BLOCK_CHECKSUM with the byte offset.
 */
export function decodeBlocks(bytes: Uint8Array): Block[] {
  const blocks: Block[] = [];
  for (let at = 0; at < bytes.byteLength; ) {
    const taken = takeBlock(bytes, at);
    if (taken.kind !== 'block') throw errorOf(taken, at, bytes.byteLength);
    blocks.push(taken.block);
    at += taken.size;
  }
  return blocks;
}

/** Why there is no block at `offset`, as an error. */
export function errorOf(
  taken: Exclude<Taken, { kind: 'block' }>,
  offset: number,
  total: number,
): SpillwayError {
  if (taken.kind === 'bad') return new SpillwayError(taken.code, `at byte ${offset}: ${taken.reason}`);
  const message = `at byte ${offset}: a block of ${taken.needed} bytes or more, ${total - offset} are there`;
  return new SpillwayError('BLOCK_MALFORMED', message);
}

const hex = (word: number): string => `0x${word.toString(16).padStart(8, '0')}`;
