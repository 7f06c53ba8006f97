import { expect, test } from 'vitest';
import { clusterMarks } from '../../../../actors/sentinel/display/cluster-marks.ts';
import { frameOf } from '../../../../actors/sentinel/display/frame.ts';
import { reconstruct } from '../../../../actors/sentinel/reconstruction/reconstruct.ts';
import { workspaceFor } from '../../../../actors/sentinel/reconstruction/workspace.ts';
import { block, flatCalibration, pictureOf, smallProfile } from '../small.ts';

const profile = smallProfile(512, 512);

function marks(light: Parameters<typeof pictureOf>[1]) {
  const result = reconstruct(pictureOf(profile, light), flatCalibration(profile), workspaceFor(profile));
  if (result.kind !== 'picture') throw new Error('too much light');
  const svg = clusterMarks(result, frameOf({ width: 512, height: 512, sensor: profile.sensor }));
  const names = [...svg.matchAll(/<text x="([\d.]+)" y="([\d.]+)"[^>]*>(\d+): ([\d,]+)</g)];
  return {
    clusters: result.clusters,
    names: names.map(([, x, y, rank, light]) => ({ x: Number(x), y: Number(y), rank: Number(rank), light })),
  };
}

test('the brightest have their place and their light beside them', () => {
  const { clusters, names } = marks([...block(100, 100, 16, 16, 80), ...block(300, 300, 16, 16, 40)]);
  expect(clusters).toHaveLength(2);
  expect(names.map(({ rank, light }) => [rank, light])).toEqual(
    clusters.map(({ sc_integral }, index) => [index + 1, Math.round(sc_integral).toLocaleString('en-US')]),
  );
});

test('numbers of clusters close together do not lie on each other', () => {
  const { names } = marks([0, 1, 2, 3].flatMap(n => block(200, 200 + 80 * n, 16, 16, 80 - n)));
  expect(names.length).toBeGreaterThan(2);
  for (const [index, one] of names.entries())
    for (const other of names.slice(index + 1))
      expect(Math.abs(one.y - other.y) >= 16 || Math.abs(one.x - other.x) >= 50).toBe(true);
});

test('a cluster in a corner has its number on the picture', () => {
  for (const [row, column] of [
    [0, 0],
    [0, 480],
    [480, 0],
    [480, 480],
  ] as const) {
    const [name] = marks(block(row, column, 32, 32, 80)).names;
    expect(name?.x).toBeGreaterThan(58);
    expect(name?.x).toBeLessThan(58 + 512 - 40);
    expect(name?.y).toBeGreaterThan(66);
    expect(name?.y).toBeLessThan(66 + 512);
  }
});
