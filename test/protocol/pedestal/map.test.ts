import { expect, test } from 'vitest';
import { newPedestalMap, pedestalMapBytes, readPedestalMap } from '../../../protocol/pedestal/map.ts';
import { addPedestalPicture } from '../../../protocol/pedestal/sums.ts';
import { kaitaiReader } from '../../helpers/kaitai.ts';

const made = () => {
  const first = addPedestalPicture(newPedestalMap(2, 3), Uint16Array.of(1, 2, 3, 4, 5, 65_535));
  return addPedestalPicture(first, Uint16Array.of(99, 98, 97, 96, 95, 65_535));
};

test('a map is read back as it was summed, wherever its bytes lie', () => {
  const map = made();
  const bytes = pedestalMapBytes(map);
  expect(readPedestalMap(bytes)).toEqual(map);
  const moved = new Uint8Array(bytes.length + 3).subarray(3);
  moved.set(bytes);
  expect(readPedestalMap(moved)).toEqual(map);
});

test('the bytes are the memory that was summed in: 64 MB are not copied', () => {
  const map = made();
  expect(pedestalMapBytes(map).buffer).toBe(map.sums.buffer);
});

test.each([
  ['an empty body', new Uint8Array(), /0 bytes are no map/],
  ['another kind of body', new Uint8Array(200), /200 bytes are no map/],
  ['a map that is cut off', pedestalMapBytes(made()).subarray(0, 80), /2 x 3 pixels in 80 bytes, not 104/],
  ['a format of the future', Uint8Array.from(pedestalMapBytes(made())).fill(9, 6, 7), /format 9, 1 is read/],
])('%s is refused', (_, bytes, reason) => {
  expect(() => readPedestalMap(bytes)).toThrow(reason);
});

test('a reader that nobody here wrote finds the same in it', async () => {
  const read = await kaitaiReader('protocol/pedestal/pedestal_map.ksy', 'PedestalMap');
  const map = made();
  expect(read(pedestalMapBytes(map))).toMatchObject({
    rows: 2,
    columns: 3,
    pictures: 2,
    squares: [...map.squares],
    sums: [...map.sums],
  });
});
