import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { blockChecksum, decodeBlocks, encodeRecord } from '../../../protocol/raw-block/raw-block.ts';
import { kaitaiReader } from '../../helpers/kaitai.ts';
import { anyMinor, anyRecord } from './arbitrary.ts';

interface BeamFile {
  blocks: {
    numWords: number;
    checksum: number;
    blockId: {
      csf: number;
      detector: number;
      source: number;
      reserved: number;
      major: number;
      minor: number;
    };
    contents: {
      seconds: number;
      nanoseconds: number;
      spillCount: number;
      devices: {
        name: string;
        valueKind: number;
        seconds?: number;
        milliseconds?: number;
        floats?: number[];
        ints?: number[];
      }[];
    };
  }[];
}

const reader = await kaitaiReader('protocol/raw-block/minos_beam_file.ksy', 'MinosBeamFile');
const readFile = (bytes: Uint8Array): BeamFile => reader(bytes) as BeamFile;

const DETECTOR = { near: 1, far: 2, caldet: 4 };

test('a reader generated from the description reads, value by value, what the encoder wrote', () => {
  fc.assert(
    fc.property(fc.array(anyRecord, { maxLength: 3 }), anyMinor, (records, minor) => {
      const { blocks } = readFile(Buffer.concat(records.map(record => encodeRecord(record, { minor }))));
      expect(blocks).toHaveLength(records.length * 2);
      for (const [index, record] of records.entries()) {
        const [header, payload] = blocks.slice(index * 2);
        const id = {
          csf: record.simulated ? 1 : 0,
          detector: DETECTOR[record.detector],
          source: 1,
          reserved: 0,
          minor,
        };
        expect(header?.blockId).toMatchObject({ ...id, major: 0x310 });
        expect(payload?.blockId).toMatchObject({ ...id, major: record.inOut === 'in' ? 0x320 : 0x330 });
        expect(header?.numWords).toBe(6);
        expect(header?.contents).toMatchObject({ ...record.time, spillCount: record.spillCount });
        const devices = payload?.contents.devices.map(device => ({
          name: device.name,
          seconds: device.seconds,
          milliseconds: device.milliseconds,
          kind: device.valueKind === 0x46 ? 'float' : 'int',
          values: (device.floats ?? device.ints ?? []).map(String),
        }));
        const expected = record.devices.map(device => ({
          ...device,
          seconds: minor === 2 ? device.seconds : undefined,
          milliseconds: minor === 2 ? device.milliseconds : undefined,
          values: Array.from(device.values, String),
        }));
        expect(devices).toEqual(expected);
      }
    }),
  );
});

test('the generated reader refuses a size below three words', () => {
  expect(() => readFile(Buffer.alloc(12)).blocks).toThrow('not in range, min [3]');
});

/** A record, with bytes changed and the checksums of both blocks made good again. */
function spoilt(record: Uint8Array, changes: readonly (readonly [number, number])[]): Uint8Array {
  const bytes = Uint8Array.from(record);
  for (const [at, value] of changes) bytes[at % bytes.length] = value;
  const view = new DataView(bytes.buffer);
  for (let start = 0; start + 12 <= bytes.length; ) {
    const size = view.getUint32(start, true) * 4;
    if (size < 12 || start + size > bytes.length) break;
    view.setUint32(start + 4, blockChecksum(bytes.subarray(start, start + size)), true);
    start += size;
  }
  return bytes;
}

const refuses = (read: () => unknown): boolean => {
  try {
    read();
    return false;
  } catch {
    return true;
  }
};

/** Bytes of interest: bits, the edges of printable ASCII, the type letters. */
const anyByte = fc.oneof(
  fc.constantFrom(0, 1, 2, 3, 6, 7, 0x18, 0x19, 0x1f, 0x20, 0x21, 0x3a, 0x46, 0x49, 0x7e, 0x7f, 0x80, 0xff),
  fc.nat(255),
);

test('the generated reader refuses exactly the blocks that our decoder refuses, wherever a byte is wrong', () => {
  const change = fc.tuple(fc.nat(160), anyByte);
  const changes = fc.array(change, { minLength: 1, maxLength: 3 });
  let refused = 0;
  fc.assert(
    fc.property(anyRecord, anyMinor, changes, (record, minor, changes) => {
      const bytes = spoilt(encodeRecord(record, { minor }), changes);
      const ours = refuses(() => decodeBlocks(bytes));
      expect(refuses(() => readFile(bytes))).toBe(ours);
      if (ours) refused++;
    }),
    { numRuns: 2000 },
  );
  expect(refused).toBeGreaterThan(100);
});

const example = () =>
  encodeRecord(
    {
      simulated: false,
      detector: 'near',
      time: { seconds: 1, nanoseconds: 0 },
      spillCount: 7,
      inOut: 'in',
      devices: [{ name: 'E:HITGT', kind: 'float', seconds: 1, milliseconds: 2, values: [4.25] }],
    },
    { minor: 2 },
  );

test.each([
  ['a reserved bit of the block id', 11, 0x19, 'not matching the expression, got [422641666]'],
  ['a type letter nobody knows', 41, 0x3a, 'not in the enum, got [58]'],
  ['a name that starts with a space', 40, 0x20, 'min [!], but got [ ]'],
  ['a name with a NUL in its middle', 43, 0, 'not matching the expression, got [84]'],
  ['a name with a byte beyond ASCII', 44, 0x80, 'not matching the expression, got [128]'],
  ['milliseconds beyond a second', 53, 4, 'max [999], but got [1026]'],
  ['a value too many for the devices', 36, 0, 'not matching the expression, got [69,'],
])('%s is refused by both', (_what, at, value, reason) => {
  const bytes = spoilt(example(), [[at, value]]);
  expect(() => decodeBlocks(bytes)).toThrow(expect.objectContaining({ code: 'BLOCK_MALFORMED' }));
  expect(() => readFile(bytes)).toThrow(reason);
});

test('a header block of more words than its six is refused by both', () => {
  const header = example().subarray(0, 24);
  const longer = spoilt(Buffer.concat([header, Buffer.alloc(4)]), [[0, 7]]);
  expect(() => decodeBlocks(longer)).toThrow(/a header block has 6 words, this one 7/);
  expect(() => readFile(longer)).toThrow('not matching the expression, got [0,0,0,0]');
});
