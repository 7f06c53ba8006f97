import { type Cut, carve } from '../carve.ts';
import { SpillwayError } from '../errors.ts';

/**
 * Head of everything on the wire, in both directions. Little-endian:
 *
 *     byte 0        4           6          8                    16                length
 *          | length | "RR"/"Rr" | word     | sequence           | body ...        |
 *          | u32    | 2 bytes   | u16      | u64                | length - 16     |
 *
 * `length` counts every byte, itself included. The two letters catch a client that speaks something else, or a
 * stream out of step, at the first frame: `RR` is a command to the daemon, `Rr` a reply. `word` is a command or a
 * status. A sequence above 2^53 - 1 is refused.
 */
export interface Frame {
  readonly word: number;
  readonly sequence: number;
  /** A view into the chunk it came in, where it came whole. */
  readonly body: Uint8Array;
}

export const FRAME_HEAD_BYTES = 16;

/** Which way a frame goes, as the two letters read little-endian. */
export const Mark = { command: 0x5252, reply: 0x7252 } as const;
export type Mark = (typeof Mark)[keyof typeof Mark];

export function encodeFrame(mark: Mark, frame: Frame): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(FRAME_HEAD_BYTES + frame.body.byteLength);
  putHead(bytes, mark, frame);
  bytes.set(frame.body, FRAME_HEAD_BYTES);
  return bytes;
}

/** What stands before the body of a frame, for whoever sends a long body as it is. */
export function encodeFrameHead(mark: Mark, frame: Frame): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(FRAME_HEAD_BYTES);
  putHead(bytes, mark, frame);
  return bytes;
}

function putHead(bytes: Uint8Array<ArrayBuffer>, mark: Mark, { word, sequence, body }: Frame): void {
  const view = new DataView(bytes.buffer);
  view.setUint32(0, FRAME_HEAD_BYTES + body.byteLength, true);
  view.setUint16(4, mark, true);
  view.setUint16(6, word, true);
  view.setUint32(8, sequence >>> 0, true);
  view.setUint32(12, Math.floor(sequence / 2 ** 32), true);
}

export interface FrameLimits {
  /** Longest body taken, in bytes. */
  readonly maxBodyBytes: number;
}

/**
 * The frame at `start`, or how many bytes it needs.
 * @throws SpillwayError FRAME_MALFORMED with the offset in the stream, as soon as the head is wrong.
 */
export function takeFrame(
  mark: Mark,
  limits: FrameLimits,
  bytes: Uint8Array,
  start: number,
  offset: number,
): Cut<Frame> {
  const available = bytes.byteLength - start;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (available >= 6 && view.getUint16(start + 4, true) !== mark) {
    const letters = Buffer.from(bytes.subarray(start + 4, start + 6)).toString('latin1');
    const wanted = mark === Mark.command ? '"RR"' : '"Rr"';
    throw malformed(offset, `bytes 4 and 5 are ${JSON.stringify(letters)}, ${wanted} expected`);
  }
  if (available < FRAME_HEAD_BYTES) return { needed: available < 6 ? 6 : FRAME_HEAD_BYTES };
  const size = view.getUint32(start, true);
  if (size < FRAME_HEAD_BYTES || size > FRAME_HEAD_BYTES + limits.maxBodyBytes) {
    const most = FRAME_HEAD_BYTES + limits.maxBodyBytes;
    throw malformed(offset, `length is ${size}, ${FRAME_HEAD_BYTES} to ${most} allowed`);
  }
  const sequence = view.getUint32(start + 12, true) * 2 ** 32 + view.getUint32(start + 8, true);
  if (!Number.isSafeInteger(sequence)) throw malformed(offset, 'sequence is above 2^53 - 1');
  if (available < size) return { needed: size };
  const body = bytes.subarray(start + FRAME_HEAD_BYTES, start + size);
  return { size, unit: { word: view.getUint16(start + 6, true), sequence, body } };
}

/**
 * The frames of a byte stream, whatever the chunks it comes in, as `decode` reads them.
 * @throws SpillwayError FRAME_MALFORMED with the offset, also for a stream that ends within a frame; what `decode` throws
 */
export const readFrames = <Unit>(
  source: AsyncIterable<Uint8Array>,
  mark: Mark,
  limits: FrameLimits,
  decode: (frame: Frame) => Unit,
): AsyncGenerator<Unit, void, undefined> =>
  carve(
    source,
    (bytes, start, offset) => {
      const taken = takeFrame(mark, limits, bytes, start, offset);
      return 'needed' in taken ? taken : { size: taken.size, unit: decode(taken.unit) };
    },
    (rest, offset) => {
      throw malformed(offset, `the stream ends within a frame, ${rest.byteLength} bytes into it`);
    },
  );

const malformed = (offset: number, reason: string): SpillwayError =>
  new SpillwayError('FRAME_MALFORMED', `frame at byte ${offset}: ${reason}`);
