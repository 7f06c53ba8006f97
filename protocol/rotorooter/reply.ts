import { type ErrorCode, SpillwayError } from '../errors.ts';
import { encodeFrame, type Frame, Mark, readFrames } from './frame.ts';

/**
 * How the daemon answers. Every command gets one reply, in the order of the commands. A status with an error
 * code is the last reply: the daemon then closes the connection.
 */
export const STATUS = {
  ok: { word: 0, meaning: 'done; for a record: it is on disk' },
  duplicate: {
    word: 1,
    meaning: 'the sequence is not above the last one taken; not written again, and on disk',
  },
  malformed: { word: 16, code: 'FRAME_MALFORMED', meaning: 'not a frame, or a command nobody knows' },
  badBlock: { word: 17, code: 'BLOCK_MALFORMED', meaning: 'the body is not one whole record' },
  badChecksum: { word: 18, code: 'BLOCK_CHECKSUM', meaning: 'a block whose checksum does not match' },
  badVersion: { word: 19, code: 'FRAME_MALFORMED', meaning: 'a protocol version the daemon does not speak' },
  notOpen: { word: 20, code: 'FRAME_MALFORMED', meaning: 'the first command is not open, or a later one is' },
  refused: { word: 21, code: 'HOST_REFUSED', meaning: 'the address is not in the allow-list' },
  crowded: { word: 22, code: 'RATE_EXCEEDED', meaning: 'too many clients' },
  superseded: { word: 23, code: 'ROTOROOTER_AWAY', meaning: 'the same source opened another connection' },
  tooSlow: { word: 24, code: 'REQUEST_TOO_SLOW', meaning: 'the first command did not arrive in time' },
  closing: {
    word: 25,
    code: 'ROTOROOTER_AWAY',
    meaning: 'the daemon stops; what is not answered is not promised',
  },
} as const satisfies Record<string, { word: number; code?: ErrorCode; meaning: string }>;

export type Status = keyof typeof STATUS;

/** Longest text of a reply, in bytes. */
export const MAX_TEXT_BYTES = 1024;

/** A reply: status word, last sequence of the source that is safely on disk (0: none), text in UTF-8, may be empty. */
export interface Reply {
  readonly status: Status;
  readonly lastOnDisk: number;
  /** Reason of an error; name of the finished file after `roll`. */
  readonly text: string;
}

export function encodeReply(reply: Reply): Uint8Array<ArrayBuffer> {
  const body = Buffer.from(reply.text).subarray(0, MAX_TEXT_BYTES);
  return encodeFrame(Mark.reply, { word: STATUS[reply.status].word, sequence: reply.lastOnDisk, body });
}

const BY_WORD = new Map<number, Status>(
  Object.entries(STATUS).map(([status, { word }]) => [word, status as Status]),
);

/** @throws SpillwayError FRAME_MALFORMED for a status word nobody knows. */
export function decodeReply(frame: Frame): Reply {
  const status = BY_WORD.get(frame.word);
  if (!status) throw new SpillwayError('FRAME_MALFORMED', `status ${frame.word} is unknown`);
  return { status, lastOnDisk: frame.sequence, text: Buffer.from(frame.body).toString() };
}

/** The replies of a byte stream. @throws SpillwayError FRAME_MALFORMED. */
export const readReplies = (source: AsyncIterable<Uint8Array>): AsyncGenerator<Reply, void, undefined> =>
  readFrames(source, Mark.reply, { maxBodyBytes: MAX_TEXT_BYTES }, decodeReply);

/** The error a reply stands for, with the daemon's reason; nothing for `ok` and `duplicate`. */
export function errorOfReply(reply: Reply): SpillwayError | undefined {
  const status = STATUS[reply.status];
  if (!('code' in status)) return undefined;
  return new SpillwayError(
    status.code,
    `the rotorooter answered ${reply.status}: ${reply.text || status.meaning}`,
  );
}

/** The status that tells this error to a client. */
export function statusOfError(error: SpillwayError): Status {
  if (error.code === 'BLOCK_MALFORMED') return 'badBlock';
  return error.code === 'BLOCK_CHECKSUM' ? 'badChecksum' : 'malformed';
}
