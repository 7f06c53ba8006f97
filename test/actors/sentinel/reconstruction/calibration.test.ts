import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { calibrate } from '../../../../actors/sentinel/reconstruction/calibration.ts';
import { evenGains } from '../../../../actors/sentinel/reconstruction/vignetting.ts';
import { flatPedestal, smallProfile } from '../small.ts';

const profile = smallProfile(4, 4);
const withPixel = (sum: number, pictures: number, rms: number) => {
  const pedestal = { ...flatPedestal(profile), pictures };
  pedestal.sums[0] = sum;
  pedestal.rms[0] = rms;
  return pedestal;
};

test('the least counts that survive are those of the comparison in double precision, for any pedestal', () => {
  const pixel = fc.tuple(
    fc.integer({ min: 0, max: 500_000 }),
    fc.integer({ min: 2, max: 500 }),
    fc.double({ min: 0, max: 3000, noNaN: true }),
  );
  fc.assert(
    fc.property(pixel, ([sum, pictures, rms]) => {
      const least = calibrate(profile, withPixel(sum, pictures, rms), evenGains(profile)).least[0] ?? -1;
      const survives = (counts: number) => counts - sum / pictures > profile.sigmas * rms;
      expect(survives(least) || least === profile.upperCut).toBe(true);
      expect(survives(least - 1)).toBe(false);
    }),
  );
});

test('a pedestal of another sensor, or of more pictures than whole numbers of 32 bits carry, is refused', () => {
  const other = smallProfile(8, 4);
  expect(() => calibrate(profile, flatPedestal(other), evenGains(profile))).toThrow(
    /32 pixels, the sensor 16/,
  );
  expect(() => calibrate(profile, withPixel(1, 30_000, 1), evenGains(profile))).toThrow(
    /at most 26843 are exact/,
  );
});
