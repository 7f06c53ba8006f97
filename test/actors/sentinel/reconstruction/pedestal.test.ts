import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { finishPedestal } from '../../../../actors/sentinel/reconstruction/pedestal.ts';
import { addPedestalPicture, noPedestalSums, type PedestalSums } from '../../../../protocol/pedestal/sums.ts';

const of = { run: 4711, version: 3 };
const sumsOf = (pictures: readonly Uint16Array[], so: PedestalSums = noPedestalSums(4)) =>
  pictures.reduce<PedestalSums>(addPedestalPicture, so);
const picture = fc.uint16Array({ minLength: 4, maxLength: 4 });

test('a map is mean and RMS (n - 1) of each pixel, to the last digits even where the mean is large', () => {
  const pictures = [1, 2, 4].map(more => Uint16Array.of(100 + more, 65_531 + more, 7, 0));
  const { sums, rms, pictures: count } = finishPedestal(sumsOf(pictures), of);
  expect([...sums].map(sum => sum / count)).toEqual([307 / 3, 196_600 / 3, 7, 0]);
  expect([...rms]).toEqual([Math.sqrt(7 / 3), Math.sqrt(7 / 3), 0, 0]);
});

test('stopped after any picture and gone on with what was saved, in whatever order, the maps are the same bit for bit', () => {
  fc.assert(
    fc.property(fc.array(picture, { minLength: 2, maxLength: 20 }), fc.nat({ max: 20 }), (pictures, cut) => {
      const whole = finishPedestal(sumsOf(pictures), of);
      const before = sumsOf(pictures.slice(0, cut));
      const saved = { pictures: before.pictures, sums: before.sums.slice(), squares: before.squares.slice() };
      expect(finishPedestal(sumsOf(pictures.slice(cut), saved), of)).toEqual(whole);
      expect(finishPedestal(sumsOf(pictures.toReversed()), of)).toEqual(whole);
    }),
  );
});

test('a finished map is not changed by pictures that come after it', () => {
  const so = sumsOf([Uint16Array.of(1, 2, 3, 4), Uint16Array.of(1, 2, 3, 4)]);
  const { sums } = finishPedestal(so, of);
  addPedestalPicture(so, Uint16Array.of(9, 9, 9, 9));
  expect([...sums]).toEqual([2, 4, 6, 8]);
});

test('one picture has no RMS', () => {
  expect(() => finishPedestal(sumsOf([Uint16Array.of(1, 2, 3, 4)]), of)).toThrow(/an RMS needs 2/);
});
