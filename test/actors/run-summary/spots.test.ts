import { expect, test } from 'vitest';
import { SpotCuts } from '../../../actors/run-summary/config.ts';
import { BINS, binOf, binWidth } from '../../../actors/run-summary/spots.ts';
import { spot } from './run.ts';

const cuts = SpotCuts.parse({});

test.each([
  ['a spot', spot(10_000), 30],
  ['the least light', spot(4_000), 0],
  ['less', spot(3_999.9), undefined],
  ['nearly the most', spot(17_999.9), BINS - 1],
  ['the most', spot(18_000), undefined],
  ['a hot pixel', spot(10_000, { sc_length: 7.9, sc_width: 7.9 }), undefined],
  ['a track', spot(10_000, { sc_length: 80, sc_width: 79 }), undefined],
  ['an oval', spot(10_000, { sc_length: 40, sc_width: 23 }), undefined],
  ['at the edge of the field', spot(10_000, { sc_xmean: 1152 + 800 }), 30],
  ['beyond it', spot(10_000, { sc_xmean: 1152 + 800, sc_ymean: 1180 }), undefined],
])('%s is taken for iron-55, or not, by the stated cuts', (_, cluster, bin) => {
  expect(binOf(cluster, cuts)).toBe(bin);
});

test('bins are of one width and fill the range', () => {
  expect(binWidth(cuts)).toBe(200);
});
