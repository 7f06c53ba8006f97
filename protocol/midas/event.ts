import { asSpillwayError, SpillwayError } from '../errors.ts';
import { type Bank, type BankKind, decodeBanks } from './banks.ts';
import { decodeHeader, EVENT_HEADER_BYTES, type EventHeader, EventId } from './header.ts';
import { textOf } from './text.ts';

/** One event. `bytes` is all of it, header included, and like the banks a view: copy what is to be kept. */
export type MidasEvent = { readonly header: EventHeader; readonly bytes: Uint8Array } & (
  | { readonly kind: 'data'; readonly bankKind: BankKind; readonly banks: readonly Bank[] }
  /** `dump` is the ODB as text, for `readOdb`. */
  | {
      readonly kind: 'begin-of-run' | 'end-of-run';
      readonly runNumber: number;
      readonly dump: Uint8Array;
    }
  | { readonly kind: 'message'; readonly text: string }
  /** An id of MIDAS' own that is unknown here, such as a fragment: its body is kept as it is. */
  | { readonly kind: 'other' }
);

/** What stands at an offset: an event, the beginning of one, or something wrong. */
export type TakenEvent =
  | { readonly kind: 'event'; readonly size: number; readonly event: MidasEvent }
  /** Bytes so far are the beginning of an event that needs this many, counted from its start. */
  | { readonly kind: 'more'; readonly needed: number }
  /** `size` is `null` when the header itself is wrong, so that nothing tells where a next event starts. */
  | { readonly kind: 'bad'; readonly reason: string; readonly size: number | null };

/**
 * The event at `start`, every size in it checked.
 * @param maxEventBytes a larger event, header included, is taken for rubbish rather than waited for
 */
export function takeEvent(bytes: Uint8Array, start: number, maxEventBytes: number): TakenEvent {
  const available = bytes.byteLength - start;
  if (available < EVENT_HEADER_BYTES) return { kind: 'more', needed: EVENT_HEADER_BYTES };
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const header = decodeHeader(view, start);
  const size = EVENT_HEADER_BYTES + header.bodyBytes;
  if (size > maxEventBytes)
    return { kind: 'bad', reason: `an event of ${size} bytes, ${maxEventBytes} allowed`, size: null };
  if (available < size) return { kind: 'more', needed: size };
  try {
    return { kind: 'event', size, event: eventOf(header, bytes.subarray(start, start + size)) };
  } catch (thrown) {
    return { kind: 'bad', reason: asSpillwayError(thrown).message, size };
  }
}

/**
 * The one event that `bytes` holds, exactly.
 * @throws SpillwayError MIDAS_TRUNCATED or MIDAS_MALFORMED (also when bytes are left over)
 */
export function decodeEvent(bytes: Uint8Array): MidasEvent {
  const taken = takeEvent(bytes, 0, Number.MAX_SAFE_INTEGER);
  if (taken.kind === 'more')
    throw new SpillwayError(
      'MIDAS_TRUNCATED',
      `an event of ${taken.needed} bytes or more, ${bytes.byteLength} are there`,
    );
  if (taken.kind === 'bad') throw new SpillwayError('MIDAS_MALFORMED', taken.reason);
  if (taken.size === bytes.byteLength) return taken.event;
  const over = bytes.byteLength - taken.size;
  throw new SpillwayError('MIDAS_MALFORMED', `${over} bytes left over after the event`);
}

/**
 * The banks of the one data event that `bytes` holds, exactly.
 * @throws SpillwayError MIDAS_TRUNCATED or MIDAS_MALFORMED (also when it is an event of MIDAS' own)
 */
export function decodeDataBanks(bytes: Uint8Array): readonly Bank[] {
  const event = decodeEvent(bytes);
  if (event.kind === 'data') return event.banks;
  throw new SpillwayError('MIDAS_MALFORMED', `an event of kind ${event.kind} has no banks`);
}

function eventOf(header: EventHeader, bytes: Uint8Array): MidasEvent {
  const body = bytes.subarray(EVENT_HEADER_BYTES);
  const common = { header, bytes };
  switch (header.id) {
    case EventId.beginOfRun:
      return { ...common, kind: 'begin-of-run', runNumber: header.serial, dump: body };
    case EventId.endOfRun:
      return { ...common, kind: 'end-of-run', runNumber: header.serial, dump: body };
    case EventId.message:
      return { ...common, kind: 'message', text: textOf(body) };
    default:
      if (header.id >= 0x8000) return { ...common, kind: 'other' };
  }
  const { kind: bankKind, banks } = decodeBanks(body);
  return { ...common, kind: 'data', bankKind, banks };
}
