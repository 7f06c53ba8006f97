import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  bankElements,
  bankValues,
  decodeDataBanks,
  decodeEvent,
  EventId,
  encodeDataEvent,
  encodeTextEvent,
  findBank,
} from '../../../protocol/midas/midas.ts';
import { anyWritten, bytesOf, type Written } from './arbitrary.ts';

const HEADER = '0100 0000 07000000 e97a7b65 '; // id 1, mask 0, serial 7, 0x657b7ae9 = 2023-12-14T22:00:41Z

/** Written by hand after the MIDAS wiki and cygno.md B1: size of the body, then size of the banks, flags, banks. */
const BY_HAND = {
  '16': [
    `${HEADER} 28000000 20000000 01000000`,
    '5443414d 0a00 0800 00000000000032c0', // TCAM, f64, 8 bytes: -18
    '4142 0000 0100 0300 010203 0000000000', // AB, u8, 3 bytes and 5 of padding
  ],
  '32': [
    `${HEADER} 30000000 28000000 11000000`,
    '43414d30 04000000 08000000 6400650066006700', // CAM0, u16: 100, 101, 102, 103
    '44474830 06000000 04000000 02000000 00000000', // DGH0, u32: 2, and 4 of padding
  ],
  '32a': [
    `${HEADER} 38000000 30000000 31000000`,
    '43414d30 04000000 08000000 00000000 6400650066006700',
    '44474830 06000000 04000000 00000000 02000000 00000000',
  ],
} as const;

const hex = (lines: readonly string[]): Buffer => Buffer.from(lines.join('').replaceAll(' ', ''), 'hex');

test.each(['16', '32', '32a'] as const)(
  'an event with %s-bit banks is read as it was written by hand',
  kind => {
    const event = decodeEvent(hex(BY_HAND[kind]));
    if (event.kind !== 'data') throw new Error(event.kind);
    expect(event.header).toMatchObject({ id: 1, triggerMask: 0, serial: 7, time: 0x657b7ae9 });
    expect(event.bankKind).toBe(kind);
    const values = event.banks.map(bank => [bank.name, [...bankValues(bank)]]);
    expect(values).toEqual(
      kind === '16'
        ? [
            ['TCAM', [-18]],
            ['AB', [1, 2, 3]],
          ]
        : [
            ['CAM0', [100, 101, 102, 103]],
            ['DGH0', [2]],
          ],
    );
  },
);

test.each(['16', '32', '32a'] as const)(
  'the writer puts the bytes of %s-bit banks where a hand puts them',
  kind => {
    const banks =
      kind === '16'
        ? [
            { name: 'TCAM', type: 10, values: Float64Array.of(-18) },
            { name: 'AB', type: 1, values: Uint8Array.of(1, 2, 3) },
          ]
        : [
            { name: 'CAM0', type: 4, values: Uint16Array.of(100, 101, 102, 103) },
            { name: 'DGH0', type: 6, values: Uint32Array.of(2) },
          ];
    const header = { id: 1, triggerMask: 0, serial: 7, time: 0x657b7ae9 };
    expect(Buffer.from(encodeDataEvent(header, kind, banks))).toEqual(hex(BY_HAND[kind]));
  },
);

test('an event with one picture of the Fusion camera and nothing else has 10,616,868 bytes, as CYGNO sees', () => {
  const values = new Uint16Array(2304 * 2304);
  values[5_308_415] = 4711;
  const header = { id: 1, triggerMask: 0, serial: 0, time: 0 };
  const bytes = encodeDataEvent(header, '32', [{ name: 'CAM0', type: 4, values }]);
  expect(bytes.byteLength).toBe(10_616_868);
  const event = decodeEvent(bytes);
  const pixels = bankValues(findBank(event.kind === 'data' ? event.banks : [], 'CAM0')!, 4);
  expect(pixels[5_308_415]).toBe(4711);
  expect(pixels.buffer).toBe(bytes.buffer);
});

const plain = (banks: readonly { name: string; type: number; bytes: Uint8Array }[]) =>
  banks.map(bank => ({ ...bank, bytes: Array.from(bank.bytes) }));

/** What is to be found again in an event that was read. */
function contentsOf(written: Written): object {
  if (written.what === 'data') {
    const { header, kind, banks } = written;
    const asRead = banks.map(({ values, ...bank }) => ({ ...bank, bytes: values }));
    return { kind: 'data', header, bankKind: kind, banks: plain(asRead) };
  }
  const { id, serial, time, text } = written;
  const contents = id === EventId.message ? { kind: 'message', text } : { runNumber: serial };
  return { header: { id, serial, time }, ...contents };
}

test('every event comes back as it was written', () => {
  fc.assert(
    fc.property(anyWritten, written => {
      const event = decodeEvent(bytesOf(written));
      const read = event.kind === 'data' ? { ...event, banks: plain(event.banks) } : event;
      expect(read).toMatchObject(contentsOf(written));
    }),
  );
});

test.each([
  [1, [1, 255], 'ff01'],
  [2, [-1], 'ff'],
  [5, [-2], 'feff'],
  [7, [-2], 'feffffff'],
  [8, [1], '01000000'],
  [9, [-0.5], '000000bf'],
  [10, [1.5], '000000000000f83f'],
  [17, [-1n], 'ffffffffffffffff'],
  [18, [2n ** 64n - 1n], 'ffffffffffffffff'],
  [12, [0x61, 0], '6100'],
  [99, [7], '07'],
])('values of type %i are %s, aligned or not', (type, values, bytes) => {
  const aligned = Buffer.from(bytes, 'hex');
  const shifted = new Uint8Array(aligned.length + 1);
  shifted.set(aligned, 1);
  const expected = type === 1 ? [...values].toReversed() : [...values];
  expect([...bankElements(type, Uint8Array.from(aligned))!]).toEqual(expected);
  expect([...bankElements(type, shifted.subarray(1))!]).toEqual(expected);
  expect([...bankElements(type, Buffer.from(shifted.buffer, 1))!]).toEqual(expected);
});

test('a bank that is no whole number of values, or of another type, is refused by name', () => {
  const bank = { name: 'TMOD', type: 9, bytes: new Uint8Array(6) };
  const refused = (text: string) => expect.objectContaining({ code: 'MIDAS_MALFORMED', message: text });
  expect(() => bankValues(bank)).toThrow(refused('bank TMOD: 6 bytes of f32'));
  expect(() => bankValues(bank, 4)).toThrow(refused('bank TMOD is of type f32, u16 expected'));
});

/** An event of one bank, with some of its words replaced. */
const forged = (words: Readonly<Record<number, number>>): Uint8Array => {
  const bytes = hex(BY_HAND['32']);
  for (const [at, word] of Object.entries(words)) bytes.writeUInt32LE(word, Number(at));
  return bytes;
};

test.each([
  ['banks of more bytes than the event', forged({ 16: 41 }), '41 bytes of banks in a body of 48'],
  ['banks of fewer bytes than the event', forged({ 16: 32 }), '32 bytes of banks in a body of 48'],
  ['a bank that runs out of the event', forged({ 52: 9 }), 'bank DGH0: 9 bytes and padding, 8 are left'],
  ['a bank of four billion bytes', forged({ 32: 0xffff_ffff }), 'bank CAM0: 4294967295 bytes'],
  [
    'a bank without room for its header',
    forged({ 32: 0x18 }),
    'bank 2 has no room for its header|not the name',
  ],
  ['banks in the other byte order', forged({ 20: 0x1100_0000 }), 'flags are 0x11000000'],
  ['aligned banks of 16-bit sizes', forged({ 20: 0x21 }), 'flags are 0x21'],
  ['a name that is none', forged({ 24: 0x30004143 }), '43410030 is not the name of a bank'],
])('%s: malformed, not guessed', (_, bytes, text) => {
  const refused = { code: 'MIDAS_MALFORMED', message: expect.stringMatching(text) };
  expect(() => decodeEvent(bytes)).toThrow(expect.objectContaining(refused));
});

test('up to seven bytes behind the banks are passed over, eight are malformed', () => {
  const longer = (more: number): Uint8Array => {
    const bytes = Buffer.concat([hex(BY_HAND['32']), Buffer.alloc(more, 0xa5)]);
    bytes.writeUInt32LE(48 + more, 12);
    return bytes;
  };
  expect(decodeEvent(longer(7))).toMatchObject({ kind: 'data', banks: [{ name: 'CAM0' }, { name: 'DGH0' }] });
  expect(() => decodeEvent(longer(8))).toThrow('40 bytes of banks in a body of 56');
});

test('four thousand and ninety-six banks are read; one more is refused before it eats memory', () => {
  const many = (count: number): Uint8Array =>
    encodeDataEvent(
      { id: 2, triggerMask: 0, serial: 0, time: 0 },
      '16',
      Array.from({ length: count }, () => ({ name: 'B', type: 1, values: new Uint8Array() })),
    );
  expect(decodeEvent(many(4096))).toMatchObject({ kind: 'data' });
  expect(() => decodeEvent(many(4097))).toThrow('more than 4096 banks');
});

test('begin and end of run have the run number, a message its text without the NUL', () => {
  expect(decodeEvent(encodeTextEvent(EventId.beginOfRun, 42901, 5, '{}'))).toMatchObject({
    kind: 'begin-of-run',
    runNumber: 42901,
    header: { triggerMask: 0x494d },
  });
  expect(decodeEvent(encodeTextEvent(EventId.endOfRun, 42901, 5, ''))).toMatchObject({ kind: 'end-of-run' });
  expect(decodeEvent(encodeTextEvent(EventId.message, 0, 5, 'Run #1 started'))).toMatchObject({
    kind: 'message',
    text: 'Run #1 started',
  });
});

test('an event of MIDAS itself is none with banks, and is said to be what it is', () => {
  expect(() => decodeDataBanks(encodeTextEvent(EventId.endOfRun, 42901, 5, ''))).toThrow(
    'end-of-run has no banks',
  );
});

test('an event of an id of MIDAS that is unknown here is kept as it is', () => {
  const bytes = encodeTextEvent(EventId.message, 0, 5, 'x');
  bytes[1] = 0xc0; // the first fragment of a larger event
  expect(decodeEvent(bytes)).toMatchObject({ kind: 'other', bytes });
});

test.each([
  ['a name of five characters', () => [{ name: 'CAM10', type: 4, values: new Uint16Array() }], 'CAM10'],
  [
    'a 16-bit bank of 65,536 bytes',
    () => [{ name: 'BIG', type: 4, values: new Uint16Array(32768) }],
    '65535 at most',
  ],
])('%s is not written', (_, banks, text) => {
  expect(() => encodeDataEvent({ id: 1, triggerMask: 0, serial: 0, time: 0 }, '16', banks())).toThrow(text);
});
