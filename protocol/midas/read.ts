import { type Cut, carve } from '../carve.ts';
import { SpillwayError } from '../errors.ts';
import { type MidasEvent, takeEvent } from './event.ts';
import { decodeHeader, type EventHeader } from './header.ts';

export interface MidasLimits {
  /** Bytes of the largest event that is waited for, header included: what a reader holds in memory at most. */
  readonly maxEventBytes: number;
}

/** Room for four pictures of the larger camera and the waveforms of 128 triggers. */
export const DEFAULT_LIMITS: MidasLimits = { maxEventBytes: 128 * 1024 * 1024 };

/** An event whose header is plausible and whose body is not. */
export interface BadEvent {
  readonly kind: 'bad';
  readonly header: EventHeader;
  /** Of the event in the stream, in bytes. */
  readonly offset: number;
  readonly bytes: Uint8Array;
  readonly reason: string;
}

export interface ReadOptions {
  readonly limits?: MidasLimits;
  /** Told of each malformed body, which is then stepped over as its size says. Without it such an event ends the stream. */
  readonly onBad?: (bad: BadEvent) => void;
}

/** An event and its place in the stream, in bytes. */
export type StreamedEvent = MidasEvent & { readonly offset: number };

/**
 * The events of a byte stream, in order, whatever the chunks it comes in. At most one event is held, and its banks are views
 * into it.
 *
 * @throws SpillwayError, after all whole events before it were given and with the offset of the event it is about:
 *   MIDAS_TRUNCATED where the stream ends within an event, MIDAS_MALFORMED where bytes are not an event.
 */
export async function* readEvents(
  source: AsyncIterable<Uint8Array>,
  { limits, onBad }: ReadOptions = {},
): AsyncGenerator<StreamedEvent, void, undefined> {
  for await (const unit of readUnits(source, limits)) {
    if (unit.kind !== 'bad') yield unit;
    else if (onBad) onBad(unit);
    else throw malformed(unit.offset, unit.reason);
  }
}

/**
 * `readEvents` with malformed bodies in their places among the events, for whoever keeps them too.
 * @param from offset of the stream's first byte, for offsets of events and in errors
 */
export async function* readUnits(
  source: AsyncIterable<Uint8Array>,
  limits: MidasLimits = DEFAULT_LIMITS,
  from = 0,
): AsyncGenerator<StreamedEvent | BadEvent, void, undefined> {
  const cut = (bytes: Uint8Array, start: number, at: number): Cut<StreamedEvent | BadEvent> => {
    const offset = from + at;
    const taken = takeEvent(bytes, start, limits.maxEventBytes);
    if (taken.kind === 'more') return { needed: taken.needed };
    if (taken.kind === 'event') return { size: taken.size, unit: { ...taken.event, offset } };
    const { size, reason } = taken;
    if (size === null) throw malformed(offset, reason);
    const bad = bytes.subarray(start, start + size);
    const header = decodeHeader(new DataView(bad.buffer, bad.byteOffset), 0);
    return { size, unit: { kind: 'bad', header, offset, bytes: bad, reason } };
  };
  const atEnd = (rest: Uint8Array, at: number): undefined => {
    const taken = takeEvent(rest, 0, limits.maxEventBytes);
    const needed = taken.kind === 'more' ? taken.needed : rest.byteLength;
    throw new SpillwayError(
      'MIDAS_TRUNCATED',
      `event at byte ${from + at}: ${rest.byteLength} bytes of an event that needs ${needed} or more`,
    );
  };
  yield* carve(source, cut, atEnd);
}

const malformed = (offset: number, reason: string): SpillwayError =>
  new SpillwayError('MIDAS_MALFORMED', `event at byte ${offset}: ${reason}`);
