import { asSpillwayError, SpillwayError } from '../errors.ts';
import type { MessageType } from '../message.ts';
import { type BeamRecord, decodeRecordHead, encodeRecord, type Minor } from '../raw-block/raw-block.ts';
import { type InOut, subjects } from '../subjects.ts';
import type { EventTime } from '../time.ts';

const TYPE = 'spill-record/1';

/** A packed record, ready for the beam file, with what its header block says. */
export interface SpillRecord {
  readonly spillCount: number;
  readonly inOut: InOut;
  /** Block time. */
  readonly time: EventTime;
  /** The record itself: header block and payload block. This alone travels. */
  readonly bytes: Uint8Array;
}

/** Packs a record. @throws SpillwayError BLOCK_UNENCODABLE naming the device. */
export const packRecord = (record: BeamRecord, options: { minor: Minor }): SpillRecord => ({
  spillCount: record.spillCount,
  inOut: record.inOut,
  time: record.time,
  bytes: encodeRecord(record, options),
});

function decode(bytes: Uint8Array): SpillRecord {
  try {
    const { spillCount, inOut, time } = decodeRecordHead(bytes);
    return { spillCount, inOut, time, bytes };
  } catch (cause) {
    throw new SpillwayError('MESSAGE_MALFORMED', `${TYPE}: ${asSpillwayError(cause).message}`, { cause });
  }
}

/** Identity: spill count + in/out + block time, so a record packed again is the same message. */
export const spillRecord: MessageType<SpillRecord> = {
  type: TYPE,
  stream: 'SPILL',
  subject: (experiment, body) => subjects.spillRecord(experiment, body.inOut),
  identity: ({ spillCount, inOut, time }) => `${spillCount}:${inOut}:${time.seconds}.${time.nanoseconds}`,
  time: body => body.time,
  encode: body => body.bytes,
  decode,
};
