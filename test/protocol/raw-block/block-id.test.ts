import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeBlockId, encodeBlockId, formatBlockId } from '../../../protocol/raw-block/raw-block.ts';

test('in-spill near-detector beam data of schema 2 reads 0x18320002', () => {
  const id = { csf: 0, detector: 1, source: 1, major: 0x320, minor: 2 };
  expect(formatBlockId(encodeBlockId(id))).toBe('0x18320002');
  expect(decodeBlockId(0x1832_0002)).toEqual(id);
});

test('every id comes back, the one with all bits set unsigned', () => {
  const bits = (count: number) => fc.integer({ min: 0, max: 2 ** count - 1 });
  const any = fc.record({
    csf: bits(1),
    detector: bits(3),
    source: bits(1),
    major: bits(12),
    minor: bits(12),
  });
  fc.assert(
    fc.property(any, id => {
      expect(decodeBlockId(encodeBlockId(id))).toEqual(id);
    }),
  );
  const full = { csf: 1, detector: 7, source: 1, major: 0xfff, minor: 0xfff };
  expect(encodeBlockId(full)).toBe(0xf8ff_ffff);
});

test.each([
  [{ detector: 8 }, 'detector is 8, it has 3 bits'],
  [{ major: 4096 }, 'major is 4096'],
  [{ minor: -1 }, 'minor is -1'],
])('a field that does not fit is refused: %o', (changes, text) => {
  const id = { csf: 0, detector: 1, source: 1, major: 0x320, minor: 2, ...changes };
  expect(() => encodeBlockId(id)).toThrow(text);
});
