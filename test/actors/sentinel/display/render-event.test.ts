import { Worker } from 'node:worker_threads';
import { expect, test } from 'vitest';
import { LAYOUT } from '../../../../actors/sentinel/display/frame.ts';
import { MOST_BYTES } from '../../../../actors/sentinel/display/picture.ts';
import { renderEvent } from '../../../../actors/sentinel/display/render-event.ts';
import type { Profile } from '../../../../actors/sentinel/profiles/profile.ts';
import { reconstruct } from '../../../../actors/sentinel/reconstruction/reconstruct.ts';
import { workspaceFor } from '../../../../actors/sentinel/reconstruction/workspace.ts';
import { KeyedRandom } from '../../../../fixtures/simulator/random.ts';
import { block, flatCalibration, pictureOf, smallProfile } from '../small.ts';
import { decoded, SHOWN } from './shown.ts';

function drawn(profile: Profile, pixels: Uint16Array) {
  const calibration = flatCalibration(profile);
  const result = reconstruct(pixels, calibration, workspaceFor(profile));
  return { result, picture: renderEvent({ shown: SHOWN, pixels, calibration, result }) };
}

/** Two spots, one of them at the first row and column. */
const LIGHT = [...block(0, 0, 16, 16, 60), ...block(100, 200, 16, 16, 60)];

test('a spot shines at its place, row from the top and column from the right, and the rest is dark', () => {
  const profile = smallProfile(256, 384);
  const { picture } = drawn(profile, pictureOf(profile, LIGHT));
  const png = decoded(picture.png);
  expect([png.width, png.height]).toEqual([picture.width, picture.height]);
  // 768 / 384: two pixels of the drawing for one of the sensor.
  expect([png.width, png.height]).toEqual([58 + 768 + 92, 66 + 512 + 44]);
  const luma = (row: number, column: number) =>
    png.luma(LAYOUT.left + 2 * (384 - 1 - column), LAYOUT.top + 2 * row);
  expect(luma(108, 208)).toBeGreaterThan(150);
  expect(luma(8, 8)).toBeGreaterThan(150);
  for (const [row, column] of [
    [108, 175],
    [8, 375],
    [200, 8],
  ] as const)
    expect(luma(row, column)).toBeLessThan(10);
});

test('clusters have an outline around them and not on their light', () => {
  const profile = smallProfile(256, 256);
  const { picture, result } = drawn(profile, pictureOf(profile, block(100, 100, 16, 16, 60)));
  const [cluster] = result.kind === 'picture' ? result.clusters : [];
  if (!cluster) throw new Error('there is a spot');
  const png = decoded(picture.png);
  // Three pixels of the drawing for one of the sensor; the outline is a macro-pixel, 12 of them, away.
  const y = LAYOUT.top + 3 * 108;
  const right = LAYOUT.left + 3 * (256 - cluster.sc_ymin);
  expect(png.luma(right + 12, y)).toBeGreaterThan(100);
  expect(png.luma(right + 6, y)).toBeLessThan(30);
  expect(png.luma(LAYOUT.left + 3 * (256 - 108), y)).toBeGreaterThan(150);
});

test('whoever does not see it is told what there is to see', () => {
  const profile = smallProfile(256, 384);
  const { picture } = drawn(profile, pictureOf(profile, LIGHT));
  expect(picture.text).toMatch(
    /^Event display of lime at lngs, run 42901, event 93, 2023-12-14 23:35:49 UTC, camera 0: 2 clusters; the brightest has 1\d,\d{3} counts, is \d+ pixels \(\d mm\) long and lies around sc_x \d+, sc_y \d+\.$/,
  );
  const dark = drawn(profile, pictureOf(profile, []));
  expect(dark.picture.text).toMatch(/camera 0: 0 clusters\.$/);
});

test('a spark is shown too, and called one', () => {
  const profile = smallProfile(64, 64);
  const pixels = new Uint16Array(64 * 64).fill(5_000);
  const { picture, result } = drawn(profile, pixels);
  expect(result.kind).toBe('spark');
  expect(picture.text).toMatch(/a spark of 20,480,000 raw counts, not reconstructed\.$/);
  expect(decoded(picture.png).luma(LAYOUT.left + 300, LAYOUT.top + 300)).toBeGreaterThan(180);
});

test('the same picture gives the same bytes', () => {
  const profile = smallProfile(64, 64);
  const pixels = pictureOf(profile, block(20, 20, 8, 8, 60));
  expect(drawn(profile, pixels).picture.png).toEqual(drawn(profile, pixels).picture.png);
});

test('the noisiest picture fits into a message', () => {
  const profile = smallProfile(768, 768);
  const random = new KeyedRandom(1, 6);
  // Nothing compresses less: every colour as often as every other.
  const pixels = Uint16Array.from({ length: 768 * 768 }, () => 100 + 5 * Math.sinh(5.3 * random.uniform()));
  const { picture } = drawn(profile, pixels);
  expect(picture.png.length).toBeGreaterThan(300_000);
  expect(picture.png.length).toBeLessThan(MOST_BYTES);
});

test('names from elsewhere cannot break the drawing', () => {
  const profile = smallProfile(64, 64);
  const calibration = flatCalibration(profile);
  const pixels = pictureOf(profile, []);
  const result = reconstruct(pixels, calibration, workspaceFor(profile));
  const shown = { ...SHOWN, detector: '</text><script>&\u0000"\'', site: '\uD800é中' };
  expect(decoded(renderEvent({ shown, pixels, calibration, result }).png).width).toBeGreaterThan(0);
});

test('a worker thread can draw, with letters, on a machine without fonts', async () => {
  const url = new URL('./draw-in-worker.ts', import.meta.url);
  const worker = new Worker(url);
  const png = await new Promise<Uint8Array>((resolve, reject) => {
    worker.once('message', resolve);
    worker.once('error', reject);
  });
  await worker.terminate();
  const picture = decoded(png);
  // The heading stands at the upper left, on a page of luma 21.
  const lit = Array.from({ length: 200 * 20 }, (_, at) =>
    picture.luma(LAYOUT.left + (at % 200), 14 + Math.floor(at / 200)),
  );
  expect(lit.filter(luma => luma > 120).length).toBeGreaterThan(200);
});
