import { SpillwayError } from '../errors.ts';
import { encodeFrame, encodeFrameHead, type Frame, type FrameLimits, Mark, readFrames } from './frame.ts';

/** Version of this protocol, told when a client opens. */
export const PROTOCOL_VERSION = 1;

/** Longest source identity and stream name, in bytes. */
export const MAX_NAME_BYTES = 128;

/** Command words. */
export const CommandWord = {
  /** First frame of every connection: who sends, into which stream. */
  open: 1,
  /** One record to be written. */
  record: 2,
  /** Finish the current file; the next record starts a new one. */
  roll: 3,
  /** Last frame: everything before it is on disk when this is answered. */
  close: 4,
} as const;

/**
 * What a client may ask, and the body of its frame (see `frame.ts` for the head):
 *
 *     open     version u16 | length u8 | source | length u8 | stream      sequence 0
 *     record   one record: header block, payload block                    the source's own, ascending from 1
 *     roll     nothing                                                    0
 *     close    nothing                                                    0
 *
 * The frames of a connection, written to a file, are a valid input file of the daemon.
 */
export type Command =
  | {
      readonly kind: 'open';
      readonly version: number;
      /** Whose sequence numbers these are, e.g. `SPILL@1763690000000`. Printable ASCII. */
      readonly source: string;
      /** Name of the record stream, for the manifest, e.g. `BeamMon`. Printable ASCII. */
      readonly stream: string;
    }
  | { readonly kind: 'record'; readonly sequence: number; readonly bytes: Uint8Array }
  | { readonly kind: 'roll' }
  | { readonly kind: 'close' };

const EMPTY = new Uint8Array(0);

export function encodeCommand(command: Command): Uint8Array<ArrayBuffer> {
  const sequence = command.kind === 'record' ? command.sequence : 0;
  return encodeFrame(Mark.command, { word: CommandWord[command.kind], sequence, body: bodyOf(command) });
}

/** The frame of a record in two parts, of which the second is the record itself: it is not copied. */
export const encodeRecordParts = (
  sequence: number,
  record: Uint8Array,
): readonly [head: Uint8Array, body: Uint8Array] => [
  encodeFrameHead(Mark.command, { word: CommandWord.record, sequence, body: record }),
  record,
];

function bodyOf(command: Command): Uint8Array {
  if (command.kind === 'record') return command.bytes;
  return command.kind === 'open' ? encodeOpen(command) : EMPTY;
}

/** @throws SpillwayError FRAME_MALFORMED when the word is unknown or the body is not that command's. */
export function decodeCommand(frame: Frame): Command {
  switch (frame.word) {
    case CommandWord.open:
      return decodeOpen(frame.body);
    case CommandWord.record:
      if (frame.sequence === 0) throw malformed('record: sequence is 0, the first one is 1');
      return { kind: 'record', sequence: frame.sequence, bytes: frame.body };
    case CommandWord.roll:
    case CommandWord.close:
      if (frame.body.byteLength > 0)
        throw malformed(`command ${frame.word}: ${frame.body.byteLength} bytes, none allowed`);
      return { kind: frame.word === CommandWord.roll ? 'roll' : 'close' };
    default:
      throw malformed(`command ${frame.word} is unknown`);
  }
}

/** The commands of a byte stream. @throws SpillwayError FRAME_MALFORMED. */
export const readCommands = (
  source: AsyncIterable<Uint8Array>,
  limits: FrameLimits,
): AsyncGenerator<Command, void, undefined> => readFrames(source, Mark.command, limits, decodeCommand);

function encodeOpen({ version, source, stream }: Command & { kind: 'open' }): Uint8Array {
  for (const name of [source, stream])
    if (!isName(name)) throw malformed(`open: ${JSON.stringify(name)} ${NAME_RULE}`);
  const head = Buffer.alloc(2);
  head.writeUInt16LE(version);
  const names = [source, stream].flatMap(name => [Buffer.of(name.length), Buffer.from(name, 'latin1')]);
  return Buffer.concat([head, ...names]);
}

function decodeOpen(body: Uint8Array): Command {
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  const sourceLength = bytes[2] ?? 0;
  const streamLength = bytes[3 + sourceLength] ?? 0;
  if (bytes.length !== 4 + sourceLength + streamLength)
    throw malformed('open: lengths and body do not agree');
  const source = bytes.toString('latin1', 3, 3 + sourceLength);
  const stream = bytes.toString('latin1', 4 + sourceLength);
  for (const name of [source, stream])
    if (!isName(name)) throw malformed(`open: ${JSON.stringify(name)} ${NAME_RULE}`);
  return { kind: 'open', version: bytes.readUInt16LE(0), source, stream };
}

const NAME_RULE = `is not a name: 1 to ${MAX_NAME_BYTES} printable ASCII characters`;
const isName = (name: string): boolean => name.length <= MAX_NAME_BYTES && /^[\x21-\x7e]+$/.test(name);

const malformed = (reason: string): SpillwayError => new SpillwayError('FRAME_MALFORMED', reason);
