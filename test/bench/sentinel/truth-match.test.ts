import { expect, test } from 'vitest';
import { macroLight, matchClusters, type TrackLight } from '../../../bench/sentinel/truth-match.ts';
import { Light } from '../../../fixtures/midas/light.ts';

const track = (kind: string, ...macros: readonly number[]): TrackLight => ({
  kind,
  macros: Float32Array.from(macros),
  counts: macros.reduce((sum, counts) => sum + counts, 0),
});

test('a cluster belongs to the track that has most light in it, and the other one is not found', () => {
  const { tracks, falseClusters } = matchClusters(
    [track('muon', 100, 100, 0, 0), track('iron-55', 0, 50, 0, 50)],
    [{ integral: 250, macros: [0, 1] }],
  );
  expect(falseClusters).toBe(0);
  expect(tracks).toMatchObject([
    { kind: 'muon', clusters: 1, held: 1, purity: 0.8, integral: 250 },
    { kind: 'iron-55', clusters: 0, held: 0, merged: 0.5, integral: 0 },
  ]);
});

test('a track in two pieces has both', () => {
  const { tracks } = matchClusters(
    [track('muon', 60, 0, 30, 10)],
    [
      { integral: 61, macros: [0] },
      { integral: 29, macros: [2] },
    ],
  );
  expect(tracks).toMatchObject([{ clusters: 2, held: 0.9, purity: 1, integral: 90 }]);
});

test('a cluster with hardly any light of a track is one of noise', () => {
  const tracks = [track('alpha', 5, 1000)];
  expect(matchClusters(tracks, [{ integral: 160, macros: [0] }]).falseClusters).toBe(1);
  expect(matchClusters([], [{ integral: 160, macros: [0] }]).falseClusters).toBe(1);
});

test('light is where the reconstruction has it: rows from the first accepted one, columns from the other end', () => {
  const light = new Light(16, 16);
  light.add([{ x: 1, y: 9, counts: 1000, sigma: 0.1 }]);
  const sensor = { rows: 16, columns: 16 };
  const seen = macroLight(light, { sensor, acceptance: { first: 4, end: 16 } });
  expect(seen.macros.findIndex(counts => counts > 0)).toBe(2 * 4 + 3);
  expect(seen.counts).toBeGreaterThan(500);
  expect(macroLight(light, { sensor, acceptance: { first: 10, end: 16 } }).counts).toBeCloseTo(0);
});
