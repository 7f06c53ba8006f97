import { expect, test } from 'vitest';
import { reconstruct } from '../../../../actors/sentinel/reconstruction/reconstruct.ts';
import { workspaceFor } from '../../../../actors/sentinel/reconstruction/workspace.ts';
import { camera, darkPicture, seeded } from '../../../../bench/sentinel/pictures.ts';
import { block, flatCalibration, pictureOf, smallProfile } from '../small.ts';

const profile = smallProfile(160, 192);
const calibration = flatCalibration(profile);
const track = block(40, 60, 8, 60, 30);
const spot = block(120, 140, 12, 12, 100);
const run = (picture: Uint16Array, workspace = workspaceFor(profile)) =>
  reconstruct(picture, calibration, workspace);

test('a track and a spot are two clusters, the brighter first, each where it is', () => {
  const made = run(pictureOf(profile, [...track, ...spot]));
  expect(made).toMatchObject({
    kind: 'picture',
    event: { nSc: 2, cmos_integral: 8 * 60 * 30 + 144 * 100, pedestal_run: 4711 },
    clusters: [
      { sc_xmean: 125.5, sc_ymean: 145.5, sc_integral: 14_400, label: 1 },
      { sc_xmean: 43.5, sc_ymean: 89.5, sc_integral: 14_400, label: 0 },
    ].toSorted((a, b) => a.label - b.label),
  });
});

test('the moments of the picture are those of all its pixels after zero suppression', () => {
  const pixels = 160 * 192;
  const mean = (144 * 100) / pixels;
  expect(run(pictureOf(profile, spot))).toMatchObject({
    event: { cmos_mean: mean, cmos_rms: Math.sqrt((144 * 100 * 100) / pixels - mean * mean) },
  });
});

test('a spark is told with its counts and not looked at further', () => {
  const limit = 200 * 160 * 192 + 9_000_000;
  const lit = (counts: number) => new Uint16Array(160 * 192).fill(counts);
  expect(run(lit(493))).toEqual({ kind: 'spark', counts: 493 * 160 * 192, limit });
  expect(run(lit(492)).kind).toBe('picture');
});

test('a workspace used for other pictures before, sparks among them, changes nothing', () => {
  const random = seeded(3);
  const sensor = camera(profile, random);
  const workspace = workspaceFor(profile);
  const pictures = [
    darkPicture(sensor, random),
    new Uint16Array(160 * 192).fill(9000),
    pictureOf(profile, track),
    darkPicture(sensor, random),
  ];
  for (const picture of pictures) expect(run(picture, workspace)).toMatchObject(comparable(run(picture)));
});

test('a dark picture has no cluster', () => {
  expect(run(pictureOf(profile, []))).toMatchObject({
    event: { nSc: 0, lp_len: 0, cmos_rms: 0 },
    clusters: [],
  });
});

test('a picture of another size is refused with both sizes', () => {
  expect(() => run(new Uint16Array(100))).toThrow(
    /a picture of 100 pixels, 160 x 192 are expected by lngs-2023/,
  );
});

/** Without the arrays of the workspace, which are longer than what they hold. */
const comparable = (made: ReturnType<typeof run>) =>
  made.kind === 'spark' ? made : { event: made.event, clusters: made.clusters, labels: made.labels };
