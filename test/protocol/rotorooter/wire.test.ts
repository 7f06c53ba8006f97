import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { asSpillwayError } from '../../../protocol/errors.ts';
import {
  type Command,
  encodeCommand,
  encodeReply,
  errorOfReply,
  PROTOCOL_VERSION,
  type Reply,
  readCommands,
  readReplies,
  STATUS,
  type Status,
} from '../../../protocol/rotorooter/rotorooter.ts';
import { kaitaiReader } from '../../helpers/kaitai.ts';
import { chunked } from '../raw-block/arbitrary.ts';

const LIMITS = { maxBodyBytes: 1000 };

const name = fc.stringMatching(/^[!-~]{1,40}$/);
const anyCommand: fc.Arbitrary<Command> = fc.oneof(
  fc.record({
    kind: fc.constant('open' as const),
    version: fc.integer({ min: 0, max: 0xffff }),
    source: name,
    stream: name,
  }),
  fc.record({
    kind: fc.constant('record' as const),
    sequence: fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
    bytes: fc.uint8Array({ maxLength: 100 }),
  }),
  fc.constant({ kind: 'roll' as const }),
  fc.constant({ kind: 'close' as const }),
);
const sizes = fc.array(fc.integer({ min: 1, max: 40 }), { maxLength: 60 });

/** Bodies as plain arrays: they may be views of any kind of chunk. */
const commandsOf = (bytes: Uint8Array, sizes: readonly number[] = []): Promise<Command[]> =>
  Array.fromAsync(readCommands(chunked(bytes, sizes), LIMITS), command =>
    command.kind === 'record' ? { ...command, bytes: Uint8Array.from(command.bytes) } : command,
  );

test('the bytes of the commands are those of the drawing', () => {
  const hex = (command: Command): string => Buffer.from(encodeCommand(command)).toString('hex');
  expect(hex({ kind: 'open', version: 1, source: 'S@1', stream: 'B' })).toBe(
    `180000005252010000000000000000000100035340310142`,
  );
  expect(hex({ kind: 'record', sequence: 2 ** 32 + 5, bytes: Uint8Array.of(0xaa, 0xbb) })).toBe(
    `12000000525202000500000001000000aabb`,
  );
  expect(hex({ kind: 'roll' })).toBe(`10000000525203000000000000000000`);
  expect(hex({ kind: 'close' })).toBe(`10000000525204000000000000000000`);
  const reply = encodeReply({ status: 'duplicate', lastOnDisk: 258, text: 'é' });
  expect(Buffer.from(reply).toString('hex')).toBe(`12000000527201000201000000000000c3a9`);
});

test('commands come whole, in order, whatever the chunks they travel in', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(anyCommand, { maxLength: 8 }), sizes, async (commands, sizes) => {
      expect(await commandsOf(Buffer.concat(commands.map(encodeCommand)), sizes)).toEqual(commands);
    }),
  );
});

test('replies come whole, in order, whatever the chunks they travel in', async () => {
  const status = fc.constantFrom(...(Object.keys(STATUS) as Status[]));
  const text = fc.string({ unit: 'grapheme', maxLength: 30 });
  const reply: fc.Arbitrary<Reply> = fc.record({ status, lastOnDisk: fc.maxSafeNat(), text });
  await fc.assert(
    fc.asyncProperty(fc.array(reply, { maxLength: 8 }), sizes, async (replies, sizes) => {
      const read = await Array.fromAsync(
        readReplies(chunked(Buffer.concat(replies.map(encodeReply)), sizes)),
      );
      expect(read).toEqual(replies);
    }),
  );
});

test('a stream that ends within a frame is told, at every place it can end', async () => {
  const open = encodeCommand({ kind: 'open', version: 1, source: 'S', stream: 'B' });
  const bytes = Buffer.concat([open, encodeCommand({ kind: 'record', sequence: 1, bytes: open })]);
  const ends: (number | string)[] = [];
  for (let length = 1; length < bytes.length; length++) {
    const reading = commandsOf(bytes.subarray(0, length), [3, 5, 7]);
    const outcome = await reading.then(commands => commands.length, asSpillwayError);
    ends.push(typeof outcome === 'number' ? outcome : outcome.code);
  }
  const expected = ends.map((_, index) => (index + 1 === open.length ? 1 : 'FRAME_MALFORMED'));
  expect(ends).toEqual(expected);
});

test.each([
  [
    'a body over the limit',
    encodeCommand({ kind: 'record', sequence: 1, bytes: new Uint8Array(1001) }),
    'length is 1017, 16 to 1016',
  ],
  [
    'a reply in the place of a command',
    encodeReply({ status: 'ok', lastOnDisk: 0, text: '' }),
    '"Rr", "RR" expected',
  ],
  ['a record with sequence 0', Buffer.from('10000000525202000000000000000000', 'hex'), 'sequence is 0'],
  ['a sequence above 2^53 - 1', Buffer.from('10000000525202000000000000002000', 'hex'), 'above 2^53'],
  ['a close with a body', Buffer.from('1100000052520400000000000000000000', 'hex'), '1 bytes, none allowed'],
  ['an open without a body', Buffer.from('10000000525201000000000000000000', 'hex'), 'do not agree'],
  [
    'an open without a name',
    Buffer.from('1400000052520100000000000000000001000000', 'hex'),
    '"" is not a name',
  ],
  [
    'an open with a newline in its name',
    Buffer.from('160000005252010000000000000000000100010a0141', 'hex'),
    'is not a name',
  ],
])('%s is refused', async (_, bytes, text) => {
  const refused = { code: 'FRAME_MALFORMED', message: expect.stringContaining(text) };
  await expect(commandsOf(bytes)).rejects.toMatchObject(refused);
});

test('a wrong mark is seen after six bytes, without waiting for the frame', async () => {
  async function* endless(): AsyncGenerator<Uint8Array> {
    yield Buffer.from('SSH-2.0');
    await new Promise(() => undefined);
  }
  const reading = Array.fromAsync(readCommands(endless(), LIMITS));
  await expect(reading).rejects.toMatchObject({ code: 'FRAME_MALFORMED' });
});

test('no two statuses share a word, and only errors carry a code', () => {
  const words = Object.values(STATUS).map(({ word }) => word);
  expect(new Set(words).size).toBe(words.length);
  const fine = (Object.keys(STATUS) as Status[]).filter(
    status => !errorOfReply({ status, lastOnDisk: 0, text: '' }),
  );
  expect(fine).toEqual(['ok', 'duplicate']);
  const error = errorOfReply({ status: 'badChecksum', lastOnDisk: 0, text: 'at byte 24' });
  expect(error).toMatchObject({ code: 'BLOCK_CHECKSUM', message: expect.stringContaining('at byte 24') });
});

test('a reader generated from the description reads what the client sends', async () => {
  const read = await kaitaiReader('protocol/rotorooter/rotorooter_stream.ksy', 'RotorooterStream');
  const stream = Buffer.concat([
    encodeCommand({ kind: 'open', version: PROTOCOL_VERSION, source: 'SPILL@17', stream: 'BeamMon' }),
    encodeCommand({ kind: 'record', sequence: 41, bytes: Uint8Array.of(1, 2, 3) }),
    encodeCommand({ kind: 'roll' }),
    encodeCommand({ kind: 'close' }),
  ]);
  expect(read(stream)).toMatchObject({
    frames: [
      { command: 1, sequence: 0, body: { version: 1, source: 'SPILL@17', stream: 'BeamMon' } },
      { command: 2, sequence: 41, body: Uint8Array.of(1, 2, 3) },
      { command: 3 },
      { command: 4 },
    ],
  });
});
