import { expect, test } from 'vitest';
import { addPedestalPicture, noPedestalSums } from '../../../protocol/pedestal/sums.ts';

test('a picture of another size does not belong', () => {
  expect(() => addPedestalPicture(noPedestalSums(4), Uint16Array.of(1, 2))).toThrow(
    /has 2 pixels, those before it 4/,
  );
});

test('sums are exact up to as many of the brightest pictures as they take, and no picture is added beyond', () => {
  const bright = Uint16Array.of(65_535);
  let sums = noPedestalSums(1);
  for (let n = 0; n < 65_536; n++) sums = addPedestalPicture(sums, bright);
  expect(sums).toEqual({
    pictures: 65_536,
    sums: Uint32Array.of(65_535 * 65_536),
    squares: Float64Array.of(65_535 * 65_535 * 65_536),
  });
  expect(() => addPedestalPicture(sums, bright)).toThrow(/does not fit/);
});
