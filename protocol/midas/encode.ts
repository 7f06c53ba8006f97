import { SpillwayError } from '../errors.ts';
import type { BankType } from './bank-type.ts';
import { BANK_KINDS, BANKS_HEADER_BYTES, BankKind, padded } from './banks.ts';
import { EVENT_HEADER_BYTES, type EventHeader, type EventId, encodeHeader, LOGGER_MASK } from './header.ts';

/** A bank to be written. Values are little-endian in memory, as everywhere here. */
export interface WrittenBank {
  readonly name: string;
  readonly type: BankType;
  readonly values: ArrayBufferView;
}

/**
 * The bytes of an event with banks, in one allocation; padding is zero.
 * @throws SpillwayError MIDAS_MALFORMED for a name or size that the format cannot carry
 */
export function encodeDataEvent(
  header: Omit<EventHeader, 'bodyBytes'>,
  kind: BankKind,
  banks: readonly WrittenBank[],
): Uint8Array<ArrayBuffer> {
  const { flags, headerBytes } = BANK_KINDS[kind];
  const total = banks.reduce((sum, { values }) => sum + headerBytes + padded(values.byteLength), 0);
  const bytes = new Uint8Array(EVENT_HEADER_BYTES + BANKS_HEADER_BYTES + total);
  const view = new DataView(bytes.buffer);
  if (header.id >= 0x8000) throw unencodable(`event id ${header.id} is MIDAS' own`);
  encodeHeader(view, 0, { ...header, bodyBytes: BANKS_HEADER_BYTES + total });
  view.setUint32(EVENT_HEADER_BYTES, total, true);
  view.setUint32(EVENT_HEADER_BYTES + 4, flags, true);
  let at = EVENT_HEADER_BYTES + BANKS_HEADER_BYTES;
  for (const { name, type, values } of banks) {
    if (!/^[ -~]{1,4}$/.test(name))
      throw unencodable(`bank ${JSON.stringify(name)}: 1 to 4 ASCII characters`);
    bytes.set(Buffer.from(name, 'latin1'), at);
    if (kind === BankKind.narrow) {
      if (values.byteLength > 0xffff)
        throw unencodable(`bank ${name}: ${values.byteLength} bytes, a 16-bit bank has 65535 at most`);
      view.setUint16(at + 4, type, true);
      view.setUint16(at + 6, values.byteLength, true);
    } else {
      view.setUint32(at + 4, type, true);
      view.setUint32(at + 8, values.byteLength, true);
    }
    at += headerBytes;
    bytes.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), at);
    at += padded(values.byteLength);
  }
  return bytes;
}

/**
 * The bytes of an event that the logger writes: ODB dump or message. The text is ended with a NUL, as C does.
 * @param serial the run number at begin and end of run
 */
export function encodeTextEvent(
  id: (typeof EventId)[keyof typeof EventId],
  serial: number,
  time: number,
  text: string,
): Uint8Array<ArrayBuffer> {
  const body = Buffer.from(`${text}\0`, 'utf8');
  const bytes = new Uint8Array(EVENT_HEADER_BYTES + body.byteLength);
  encodeHeader(new DataView(bytes.buffer), 0, {
    id,
    triggerMask: LOGGER_MASK,
    serial,
    time,
    bodyBytes: body.byteLength,
  });
  bytes.set(body, EVENT_HEADER_BYTES);
  return bytes;
}

const unencodable = (reason: string): SpillwayError => new SpillwayError('MIDAS_MALFORMED', reason);
