import { SpillwayError } from '../errors.ts';

/**
 * What a sender of events is told of each, in the order in which they came, 16 bytes, little-endian (docs/formats.md):
 *
 *     magic "SPAK" | event id u16 | status u16 | serial u32 | number u32
 */
export interface Acknowledgement {
  readonly eventId: number;
  readonly status: AcknowledgementStatus;
  /** As in the event: the run number at begin and end of run. */
  readonly serial: number;
  /** Counts the events of the connection from 1. */
  readonly number: number;
}

export const AcknowledgementStatus = {
  /** It is safe, and whoever reconstructs it can find it. */
  kept: 0,
  /** It was safe before: told again, or twice. */
  known: 1,
  /** It is safe, but its banks cannot be read. */
  damaged: 2,
  /** Not kept: the connection must begin with the begin of a run. The connection is closed. */
  noRun: 3,
  /** Not kept: these bytes are no event. The connection is closed. */
  malformed: 4,
  /** Not kept: another run of this number is known. The connection is closed. */
  conflict: 5,
} as const;
export type AcknowledgementStatus = (typeof AcknowledgementStatus)[keyof typeof AcknowledgementStatus];

export const ACKNOWLEDGEMENT_BYTES = 16;

/** `SPAK` as text. */
const MAGIC = 0x4b_41_50_53;

const STATUSES: readonly AcknowledgementStatus[] = Object.values(AcknowledgementStatus);

export function encodeAcknowledgement({ eventId, status, serial, number }: Acknowledgement): Uint8Array {
  const bytes = new Uint8Array(ACKNOWLEDGEMENT_BYTES);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, MAGIC, true);
  view.setUint16(4, eventId, true);
  view.setUint16(6, status, true);
  view.setUint32(8, serial, true);
  view.setUint32(12, number, true);
  return bytes;
}

/**
 * @param bytes 16 of them
 * @throws SpillwayError MIDAS_MALFORMED
 */
export function decodeAcknowledgement(bytes: Uint8Array): Acknowledgement {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.byteLength !== ACKNOWLEDGEMENT_BYTES || view.getUint32(0, true) !== MAGIC)
    throw new SpillwayError('MIDAS_MALFORMED', 'no acknowledgement');
  const status = STATUSES.find(known => known === view.getUint16(6, true));
  if (status === undefined)
    throw new SpillwayError('MIDAS_MALFORMED', `an acknowledgement of status ${view.getUint16(6, true)}`);
  return {
    eventId: view.getUint16(4, true),
    status,
    serial: view.getUint32(8, true),
    number: view.getUint32(12, true),
  };
}
