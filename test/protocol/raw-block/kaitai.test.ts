import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { encodeRecord } from '../../../protocol/raw-block/raw-block.ts';
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
