import { expect, test } from 'vitest';
import { wordOf } from '../../../../actors/sentinel/display/canvas.ts';
import { colorScale, colorTable, inferno, topOf } from '../../../../actors/sentinel/display/color-map.ts';

test("the map begins and ends where matplotlib's does, and never goes beyond", () => {
  expect([inferno(0), inferno(1)]).toEqual(['#000004', '#fcffa4']);
  expect(inferno(-3)).toBe(inferno(0));
  expect(inferno(7)).toBe(inferno(1));
});

test('a few bright places do not set the scale, more of them do', () => {
  const counts = new Float32Array(10_000);
  expect(topOf(counts)).toBe(50);
  counts.fill(3_000, 0, 5);
  expect(topOf(counts)).toBe(50);
  counts.fill(3_000, 0, 6);
  expect(topOf(counts)).toBe(5_000);
  counts.fill(1e6, 0, 6);
  expect(topOf(counts)).toBe(100_000);
});

test('faint light is told apart on a scale for bright light', () => {
  const scale = colorScale(1_000);
  expect(scale.share(0)).toBe(0);
  expect(scale.share(1_000)).toBe(1);
  expect(scale.share(10) - scale.share(5)).toBeGreaterThan(0.05);
});

test('colours looked up are those of the scale, to an eighth of a count', () => {
  const scale = colorScale(50);
  const colorOf = colorTable(scale);
  for (const counts of [-5, 0, 0.125, 3, 49.875, 50, 51, 1e6])
    expect(colorOf(counts)).toBe(wordOf(inferno(scale.share(Math.max(0, counts)))));
});
