import { expect, test } from 'vitest';
import { measureCluster } from '../../../../actors/sentinel/reconstruction/measure-cluster.ts';
import { evenGains } from '../../../../actors/sentinel/reconstruction/vignetting.ts';
import { block, flatCalibration, pictureOf, smallProfile } from '../small.ts';

const points = {
  count: 3,
  rows: Int32Array.of(2, 2, 2),
  columns: Int32Array.of(1, 2, 3),
  weights: Int32Array.of(9, 9, 9),
};
const profile = smallProfile(16, 24);

const measured = (light: ReturnType<typeof block>, gains = evenGains(profile), members = [0, 1, 2]) =>
  measureCluster(
    pictureOf(profile, light),
    flatCalibration(profile, gains),
    points,
    Int32Array.from(members),
    7,
  );

test('a bar of light is as long and as bright as it is, at its place', () => {
  expect(measured(block(8, 4, 4, 12, 50))).toMatchObject({
    label: 7,
    sc_size: 48,
    sc_nhits: 48,
    sc_integral: 2400,
    sc_theta: 90,
    sc_length: 11,
    sc_width: 3,
    sc_xmean: 9.5,
    sc_ymean: 9.5,
    sc_xmin: 8,
    sc_xmax: 11,
    sc_ymin: 4,
    sc_ymax: 15,
  });
  const { sc_rms, sc_lfullrms, sc_tfullrms } = measured(block(8, 4, 4, 12, 50));
  expect(sc_rms).toBeCloseTo(0, 5);
  expect(sc_lfullrms).toBeCloseTo(Math.sqrt(143 / 12), 12);
  expect(sc_tfullrms).toBeCloseTo(Math.sqrt(15 / 12), 12);
});

test('the integral counts what zero suppression would drop, below the pedestal too; hits and the mean place do not', () => {
  const cluster = measured([...block(8, 4, 4, 12, -1), [9, 6, 30]]);
  expect(cluster).toMatchObject({ sc_integral: 30 - 47, sc_nhits: 1, sc_xmean: 9, sc_ymean: 6 });
});

test('a saturated pixel counts as 0 before its pedestal', () => {
  expect(measured([[9, 6, 6000]])).toMatchObject({ sc_integral: -100, sc_nhits: 0 });
});

test('light is corrected for vignetting, macro-pixel by macro-pixel', () => {
  const gains = evenGains(profile);
  gains[2 * 6 + 2] = 2;
  expect(measured(block(8, 4, 4, 12, 10), gains)).toMatchObject({ sc_integral: 16 * 40, sc_ymean: 9.5 });
});

test('a cluster without any light has its middle as its place, not NaN', () => {
  expect(measured(block(8, 4, 4, 12, 0))).toMatchObject({
    sc_integral: 0,
    sc_xmean: 9.5,
    sc_ymean: 9.5,
    sc_lfullrms: 0,
  });
});

test('rows that are not accepted have no hits, but count in the integral', () => {
  const cut = smallProfile(16, 24, { acceptance: { first: 0, end: 10 } });
  const light = block(8, 4, 4, 12, 50);
  const cluster = measureCluster(
    pictureOf(cut, light),
    flatCalibration(cut),
    points,
    Int32Array.of(0, 1, 2),
    0,
  );
  expect(cluster).toMatchObject({ sc_nhits: 24, sc_integral: 2400 });
});
