import { SpillwayError } from '../errors.ts';
import { InOut } from '../subjects.ts';
import type { EventTime } from '../time.ts';
import { type Block, errorOf, MAX_BLOCK_WORDS, sealBlock, takeBlock } from './block.ts';
import {
  type Detector,
  DetectorCode,
  detectorOf,
  encodeBlockId,
  Major,
  type Minor,
  SourceCode,
} from './block-id.ts';
import { encodeHeader, HEADER_WORDS } from './header.ts';
import {
  checkPayload,
  type DecodedDevice,
  type Device,
  decodePayload,
  encodePayload,
  payloadWords,
} from './payload.ts';
import { takeWords } from './words.ts';

/** One record: a header block and, right behind it, one payload block. One per spill and list. */
export interface BeamRecord {
  readonly simulated: boolean;
  readonly detector: Detector;
  readonly time: EventTime;
  readonly spillCount: number;
  readonly inOut: InOut;
  readonly devices: readonly Device[];
}

export interface DecodedRecord extends Omit<BeamRecord, 'devices'> {
  readonly minor: number;
  readonly devices: readonly DecodedDevice[];
}

const PAYLOAD_MAJOR = { in: Major.payloadIn, out: Major.payloadOut } as const satisfies Record<InOut, number>;

/**
 * The bytes of a record; small ones share memory with others (words.ts). Both blocks carry the schema version `minor`.
 * @throws SpillwayError BLOCK_UNENCODABLE naming the device or field that does not fit.
 */
export function encodeRecord(record: BeamRecord, { minor }: { minor: Minor }): Uint8Array<ArrayBuffer> {
  const words = payloadWords(record.devices, minor);
  if (words > MAX_BLOCK_WORDS) {
    throw new SpillwayError(
      'BLOCK_UNENCODABLE',
      `a payload of ${words} words, ${MAX_BLOCK_WORDS} is the most`,
    );
  }
  const id = {
    csf: record.simulated ? 1 : 0,
    detector: DetectorCode[record.detector],
    source: SourceCode.dcs,
    minor,
  };
  const { into, start } = takeWords(HEADER_WORDS + words);
  encodeHeader(into.ints, start, record);
  sealBlock(into, start, HEADER_WORDS, encodeBlockId({ ...id, major: Major.header }));
  const payload = start + HEADER_WORDS;
  encodePayload(into, payload, record.devices, minor);
  sealBlock(into, payload, words, encodeBlockId({ ...id, major: PAYLOAD_MAJOR[record.inOut] }));
  return into.bytes.subarray(start * 4, (payload + words) * 4);
}

/** What stands at an offset: a record, the beginning of one, or something wrong. */
export type TakenRecord =
  | { readonly kind: 'record'; readonly size: number; readonly record: DecodedRecord }
  | { readonly kind: 'more'; readonly needed: number }
  | { readonly kind: 'bad'; readonly error: SpillwayError };

/** The record at `start`: a header block followed by a payload block that agrees with it. */
export function takeRecord(bytes: Uint8Array, start = 0, readPayload = decodePayload): TakenRecord {
  const header = takeBlock(bytes, start);
  if (header.kind === 'more') return header;
  if (header.kind === 'bad') return { kind: 'bad', error: errorOf(header, start, bytes.byteLength) };
  const payload = takeBlock(bytes, start + header.size, readPayload);
  if (payload.kind === 'more') return { kind: 'more', needed: header.size + payload.needed };
  if (payload.kind === 'bad') {
    return { kind: 'bad', error: errorOf(payload, start + header.size, bytes.byteLength) };
  }
  try {
    const record = joinRecord(header.block, payload.block);
    return { kind: 'record', size: header.size + payload.size, record };
  } catch (thrown) {
    return { kind: 'bad', error: at(start, thrown) };
  }
}

/**
 * The record that two neighbouring blocks make.
 * @throws SpillwayError BLOCK_MALFORMED when they are not a header and its payload.
 */
export function joinRecord(header: Block, payload: Block): DecodedRecord {
  if (header.kind !== 'header') throw malformed('a record starts with a header block', header);
  if (payload.kind !== 'payload') throw malformed('a header block is followed by a payload block', payload);
  const { csf, detector, source, minor } = header.id;
  if (source !== SourceCode.dcs)
    throw malformed('beam data counts as data of the DCS: its source bit is set', header);
  if (
    payload.id.csf !== csf ||
    payload.id.detector !== detector ||
    payload.id.source !== source ||
    payload.id.minor !== minor
  ) {
    throw malformed('header and payload agree in simulation flag, detector, source and minor id', payload);
  }
  return {
    simulated: csf === 1,
    detector: detectorOf(header.id),
    minor,
    time: header.time,
    spillCount: header.spillCount,
    inOut: payload.id.major === Major.payloadOut ? InOut.out : InOut.in,
    devices: payload.devices,
  };
}

/**
 * The one record `bytes` holds, exactly.
 * @throws SpillwayError BLOCK_MALFORMED (also when bytes are missing or left over) or BLOCK_CHECKSUM.
 */
export const decodeRecord = (bytes: Uint8Array): DecodedRecord => theOne(bytes, decodePayload);

/**
 * What the header of a record says, all of it checked as `decodeRecord` does, without the values.
 * @throws SpillwayError as `decodeRecord` does
 */
export function decodeRecordHead(bytes: Uint8Array): Omit<DecodedRecord, 'devices'> {
  const { devices: _, ...head } = theOne(bytes, checkPayload);
  return head;
}

function theOne(bytes: Uint8Array, readPayload: typeof decodePayload): DecodedRecord {
  const taken = takeRecord(bytes, 0, readPayload);
  if (taken.kind === 'bad') throw taken.error;
  if (taken.kind === 'more') {
    throw new SpillwayError(
      'BLOCK_MALFORMED',
      `a record of ${taken.needed} bytes or more, ${bytes.length} are there`,
    );
  }
  if (taken.size === bytes.byteLength) return taken.record;
  throw new SpillwayError(
    'BLOCK_MALFORMED',
    `${bytes.byteLength - taken.size} bytes left over after the record`,
  );
}

const malformed = (rule: string, block: Block): SpillwayError =>
  new SpillwayError('BLOCK_MALFORMED', `${rule}; this is a block of major 0x${block.id.major.toString(16)}`);

const at = (offset: number, thrown: unknown): SpillwayError =>
  new SpillwayError(
    'BLOCK_MALFORMED',
    `at byte ${offset}: ${thrown instanceof Error ? thrown.message : 'invalid'}`,
  );
