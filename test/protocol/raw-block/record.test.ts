import { execFileSync } from 'node:child_process';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  type BeamRecord,
  blockChecksum,
  type Device,
  decodeBlocks,
  decodeRecord,
  decodeRecordHead,
  encodeRecord,
  scanRecords,
  takeBlock,
  takeRecord,
} from '../../../protocol/raw-block/raw-block.ts';
import { anyMinor, anyRecord } from './arbitrary.ts';

const device = (changes: Partial<Device> = {}): Device => ({
  name: 'E:TRTGTD',
  kind: 'float',
  seconds: 1116618240,
  milliseconds: 7,
  values: [25.5],
  ...changes,
});

const record = (devices: readonly Device[], changes: Partial<BeamRecord> = {}): BeamRecord => ({
  simulated: false,
  detector: 'near',
  time: { seconds: 1116618240, nanoseconds: 5 },
  spillCount: 7,
  inOut: 'in',
  devices,
  ...changes,
});

/** Written by hand, word by word; the checksums come from Python's zlib. */
const WORDS = [
  '06000000', // header: 6 words
  '........', // checksum
  '02003118', // 0x18310002: near, DCS, header, schema 2
  '003e8e42', // 1116618240 = 0x428e3e00: 2005-05-20T19:44:00Z
  '05000000', // 5 ns
  '07000000', // spill count 7
  '12000000', // payload: 4 + (5 + 2) + (5 + 2) = 18 words
  '........',
  '02003218', // 0x18320002: near, DCS, in-spill payload, schema 2
  '02000000', // 2 devices
  '45465452', // E F T R: the colon is F, float values
  '54475444', // T G T D
  '003e8e42',
  '07000000', // 7 ms
  '02000000', // 2 values
  '0000cc41', // 25.5
  '0000c07f', // NaN
  '4d494f00', // M I O NUL: the colon is I, integer values
  '00000000',
  '003e8e42',
  '00000000',
  '02000000',
  'ffffffff', // -1
  '00000080', // -2147483648
];

const crcOf = (words: readonly string[]): string => {
  const program =
    'import sys, zlib; print(zlib.crc32(bytes.fromhex(sys.argv[1])).to_bytes(4, "little").hex())';
  return execFileSync('python3', ['-c', program, words.join('')], { encoding: 'utf8' }).trim();
};

test('the bytes of a record are those written by hand, with the checksums Python computes', () => {
  const words = [...WORDS];
  words[1] = crcOf(WORDS.slice(0, 6).filter((_, index) => index !== 1));
  words[7] = crcOf(WORDS.slice(6).filter((_, index) => index !== 1));
  const devices = [
    device({ values: [25.5, Number.NaN] }),
    device({ name: 'M:O', kind: 'int', milliseconds: 0, values: [-1, -2_147_483_648] }),
  ];
  const bytes = Buffer.from(encodeRecord(record(devices), { minor: 2 }));
  expect(bytes.toString('hex').match(/.{8}/g)).toEqual(words);
});

test('the layout of 2003 has no device times: 4 + sum of (3 + n) words', () => {
  const devices = [device({ values: [1, 2] }), device({ values: [3] })];
  const bytes = encodeRecord(record(devices), { minor: 1 });
  expect(bytes.byteLength / 4).toBe(6 + 4 + (3 + 2) + (3 + 1));
  expect(decodeRecord(bytes)).toMatchObject({
    minor: 1,
    devices: [{ seconds: null, milliseconds: null }, {}],
  });
});

test('the checksum is that of a bitwise CRC-32 over all words but its own', () => {
  const bytes = encodeRecord(record([device()]), { minor: 2 }).subarray(24);
  let crc = 0xffff_ffff;
  for (const [index, byte] of bytes.entries()) {
    if (index >= 4 && index < 8) continue;
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb8_8320 : crc >>> 1;
  }
  expect(blockChecksum(bytes)).toBe((crc ^ 0xffff_ffff) >>> 0);
});

test('every record comes back as it was, NaN and infinities too', () => {
  fc.assert(
    fc.property(anyRecord, anyMinor, (written, minor) => {
      const read = decodeRecord(encodeRecord(written, { minor }));
      const devices = written.devices.map(({ values, seconds, milliseconds, ...rest }) => ({
        ...rest,
        seconds: minor === 2 ? seconds : null,
        milliseconds: minor === 2 ? milliseconds : null,
        values: Array.from(values),
      }));
      const plain = { ...read, devices: read.devices.map(d => ({ ...d, values: Array.from(d.values) })) };
      expect(plain).toEqual({ ...written, minor, devices });
    }),
  );
});

test('every prefix of a record asks for more, and never for more than the record', () => {
  fc.assert(
    fc.property(anyRecord, anyMinor, (written, minor) => {
      const bytes = encodeRecord(written, { minor });
      const wrong: number[] = [];
      for (let length = 0; length < bytes.length; length++) {
        const taken = takeRecord(bytes.subarray(0, length));
        const asks = taken.kind === 'more' && taken.needed > length && taken.needed <= bytes.length;
        if (!asks) wrong.push(length);
      }
      expect(wrong).toEqual([]);
    }),
    { numRuns: 40 },
  );
});

test('a record between other bytes takes exactly its own, at any alignment', () => {
  fc.assert(
    fc.property(anyRecord, anyMinor, fc.integer({ min: 0, max: 9 }), (written, minor, before) => {
      const own = encodeRecord(written, { minor });
      const bytes = new Uint8Array(before + own.length + 8).fill(0xa5);
      bytes.set(own, before);
      expect(takeRecord(bytes, before)).toMatchObject({ kind: 'record', size: own.length });
    }),
  );
});

test('the head alone is read from exactly the records that can be decoded, and refused for the same reason', () => {
  const headOrReason = (read: () => object) => {
    try {
      return { devices: undefined, ...read() };
    } catch (thrown) {
      return String(thrown);
    }
  };
  fc.assert(
    fc.property(anyRecord, anyMinor, fc.nat(), fc.nat({ max: 255 }), (written, minor, place, byte) => {
      const bytes = encodeRecord(written, { minor });
      // A word behind the header block is made wrong, and the checksum right again: only the structure can tell.
      const payload = bytes.subarray(24);
      payload[12 + (place % (payload.length - 12))] = byte;
      new DataView(payload.buffer, payload.byteOffset).setUint32(4, blockChecksum(payload), true);
      const whole = headOrReason(() => ({ ...decodeRecord(bytes), devices: undefined }));
      expect(headOrReason(() => decodeRecordHead(bytes))).toEqual(whole);
    }),
  );
});

test('no flipped bit goes unseen', () => {
  fc.assert(
    fc.property(anyRecord, fc.nat(), (written, place) => {
      const bytes = encodeRecord(written, { minor: 2 });
      const bit = place % (bytes.length * 8);
      const index = bit >>> 3;
      bytes[index] = (bytes[index] ?? 0) ^ (1 << (bit & 7));
      // A size word that grew asks for bytes that will never come; all else is refused.
      expect(takeRecord(bytes).kind).not.toBe('record');
    }),
    { numRuns: 500 },
  );
});

test.each([
  ['a name of nine characters', { name: 'E:TRTGTD2' }, 'E:TRTGTD2'],
  ['a name without a colon', { name: 'TRTGTD' }, 'TRTGTD'],
  ['a name with its colon elsewhere', { name: 'EE:TGT' }, 'EE:TGT'],
  ['a name beyond ASCII', { name: 'E:TÖR' }, 'E:TÖR'],
  ['an integer beyond 32 bits', { kind: 'int', values: [1, 2_147_483_648] }, 'value 1 is 2147483648'],
  ['a fraction in an int device', { kind: 'int', values: [0.5] }, 'value 0 is 0.5'],
  ['NaN in an int device', { kind: 'int', values: [Number.NaN] }, 'value 0 is NaN'],
  ['milliseconds of a whole second', { milliseconds: 1000 }, 'milliseconds is 1000'],
  ['a time before 1970', { seconds: -1 }, 'seconds is -1'],
] satisfies [string, Partial<Device>, string][])('%s is refused, naming the device', (_, changes, text) => {
  const encode = () => encodeRecord(record([device(changes)]), { minor: 2 });
  const expected = { code: 'BLOCK_UNENCODABLE', message: expect.stringContaining(text) };
  expect(encode).toThrow(expect.objectContaining(expected));
  expect(encode).toThrow(/E:TRTGTD|TRTGTD|EE:TGT|TÖR/);
});

test('a number beyond single precision becomes an infinity, as IEEE-754 rounds it', () => {
  const read = decodeRecord(encodeRecord(record([device({ values: [1e300, 3.4e38] })]), { minor: 2 }));
  expect(Array.from(read.devices[0]?.values ?? [])).toEqual([Number.POSITIVE_INFINITY, Math.fround(3.4e38)]);
});

/** Changes one word of a record's payload and makes the checksum right again. */
function forged(word: number, value: number): Uint8Array {
  const bytes = encodeRecord(record([device()]), { minor: 2 });
  const payload = bytes.subarray(24);
  const view = new DataView(payload.buffer, payload.byteOffset);
  view.setUint32(word * 4, value, true);
  view.setUint32(4, blockChecksum(payload), true);
  return bytes;
}

test.each([
  ['more devices than words', forged(3, 2), '1 words left over|device 2 of 2|cannot fit'],
  ['four billion devices', forged(3, 0xffff_ffff), '4294967295 devices cannot fit'],
  ['fewer devices than words', forged(3, 0), '6 words left over after 0 devices'],
  ['more values than words', forged(8, 2), '2 values of device E:TRTGTD cannot fit'],
  ['four billion values', forged(8, 0xffff_ffff), '4294967295 values'],
  ['a type letter nobody knows', forged(4, 0x52545845), '45585452.* is not a device name'],
  ['milliseconds above 999', forged(7, 1000), 'milliseconds are 1000'],
  ['a reserved bit', forged(2, 0x1932_0002), 'reserved bit'],
  ['a schema of the future', forged(2, 0x1832_0003), 'followed by a payload block'],
  ['a payload of another detector', forged(2, 0x2832_0002), 'agree in'],
])('%s with a right checksum is malformed', (_, bytes, text) => {
  const expected = { code: 'BLOCK_MALFORMED', message: expect.stringMatching(text) };
  expect(() => decodeRecord(bytes)).toThrow(expect.objectContaining(expected));
});

test('wrong bytes, missing bytes and a wrong checksum are told apart', () => {
  const bytes = encodeRecord(record([device()]), { minor: 2 });
  expect(takeBlock(bytes.subarray(0, 20))).toEqual({ kind: 'more', needed: 24 });
  expect(takeBlock(Buffer.from('GET / HTTP/1.1'))).toMatchObject({ code: 'BLOCK_MALFORMED', size: null });
  expect(takeBlock(Buffer.alloc(12))).toMatchObject({ code: 'BLOCK_MALFORMED', size: null });
  bytes[20] = 9;
  expect(takeBlock(bytes)).toMatchObject({ kind: 'bad', code: 'BLOCK_CHECKSUM', size: 24 });
});

test('a block nobody knows is whole and well, and told as unknown', () => {
  const bytes = encodeRecord(record([]), { minor: 2 }).subarray(0, 24);
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  view.setUint32(8, 0x1830_0001, true);
  view.setUint32(4, blockChecksum(bytes), true);
  expect(decodeBlocks(bytes)).toMatchObject([{ kind: 'unknown', words: 6, id: { major: 0x300, minor: 1 } }]);
});

test('a scan tells where the last whole record ends, and what follows it', () => {
  const one = encodeRecord(record([device()]), { minor: 2 });
  const two = Buffer.concat([one, one]);
  expect(scanRecords(two)).toMatchObject({ end: two.length, tail: { kind: 'none' } });
  expect(scanRecords(two.subarray(0, two.length - 1))).toMatchObject({
    records: [{ offset: 0, size: one.length }],
    end: one.length,
    tail: { kind: 'torn', bytes: one.length - 1, needed: one.length },
  });
  two[two.length - 1] = (two.at(-1) ?? 0) ^ 1;
  expect(scanRecords(two)).toMatchObject({
    end: one.length,
    tail: { kind: 'bad', error: { code: 'BLOCK_CHECKSUM' } },
  });
});
