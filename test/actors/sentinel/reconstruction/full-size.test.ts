import { expect, test } from 'vitest';
import { profileNamed } from '../../../../actors/sentinel/profiles/profiles.ts';
import { reconstruct } from '../../../../actors/sentinel/reconstruction/reconstruct.ts';
import { workspaceFor } from '../../../../actors/sentinel/reconstruction/workspace.ts';
import { block, flatCalibration, pictureOf } from '../small.ts';

const profile = profileNamed('lngs-2023');
if (profile === undefined) throw new Error('no profile');

test('a picture of the real sensor gives what is in it, and a second one takes no memory of its size', () => {
  const calibration = flatCalibration(profile);
  const workspace = workspaceFor(profile);
  // A track across the last accepted row, 2053, and a spot in the rows that are not accepted. The median of an even window
  // widens what is lit by one column, and so by one macro-pixel.
  const picture = pictureOf(profile, [...block(1954, 1000, 200, 8, 20), ...block(100, 100, 40, 40, 20)]);
  expect(reconstruct(picture, calibration, workspace)).toMatchObject({
    event: { nSc: 1, cmos_integral: 100 * 8 * 20, cmos_mean: (100 * 8 * 20) / 2304 ** 2 },
    clusters: [{ sc_xmin: 1952, sc_xmax: 2055, sc_ymin: 1000, sc_ymax: 1011, sc_nhits: 800, sc_theta: 0 }],
  });
  const before = process.memoryUsage().arrayBuffers;
  for (let again = 0; again < 5; again++) reconstruct(picture, calibration, workspace);
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(1_000_000);
});
