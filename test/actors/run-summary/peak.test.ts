import { expect, test } from 'vitest';
import { findPeak } from '../../../actors/run-summary/peak.ts';
import { BINS } from '../../../actors/run-summary/spots.ts';
import { KeyedRandom } from '../../../fixtures/simulator/random.ts';

const FROM = 4_000;
const WIDTH = 200;

/** A histogram of what is drawn; what falls beside it is lost, as in a run. */
function filled(count: number, draw: () => number): number[] {
  const bins = Array.from({ length: BINS }, () => 0);
  for (let at = 0; at < count; at++) {
    const bin = Math.floor((draw() - FROM) / WIDTH);
    if (bin >= 0 && bin < BINS) bins[bin]!++;
  }
  return bins;
}

const gaussian =
  (random: KeyedRandom, mean = 10_000, sigma = 1_400) =>
  () =>
    mean + sigma * random.normal();

test('peak and width of a Gaussian are found, and the error is what the peak scatters by', () => {
  const peaks = Array.from({ length: 400 }, (_, seed) =>
    findPeak(filled(300, gaussian(new KeyedRandom(seed, 1))), FROM, WIDTH),
  );
  const found = peaks.filter(peak => peak !== null);
  expect(found).toHaveLength(400);
  const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const pulls = found.map(({ peak, error }) => (peak - 10_000) / error);
  expect(Math.abs(mean(pulls))).toBeLessThan(0.15);
  const spread = Math.sqrt(mean(pulls.map(pull => pull ** 2)));
  expect(spread).toBeGreaterThan(0.85);
  expect(spread).toBeLessThan(1.2);
  expect(mean(found.map(({ sigma }) => sigma))).toBeGreaterThan(1_250);
  expect(mean(found.map(({ sigma }) => sigma))).toBeLessThan(1_550);
});

test('what lies beside the peak does not pull it', () => {
  const random = new KeyedRandom(1, 2);
  const bins = filled(2_000, gaussian(random));
  for (const [bin, count] of filled(300, () => 4_000 + 14_000 * random.uniform()).entries())
    bins[bin]! += count;
  const peak = findPeak(bins, FROM, WIDTH);
  expect(Math.abs((peak?.peak ?? 0) - 10_000)).toBeLessThan(3 * (peak?.error ?? 0));
});

test.each([
  ['nothing', filled(0, () => 0)],
  ['a handful of spots', filled(25, gaussian(new KeyedRandom(1, 3)))],
])('%s has no peak', (_, bins) => {
  expect(findPeak(bins, FROM, WIDTH)).toBeNull();
});

test('a flat background has no peak', () => {
  const random = new KeyedRandom(1, 5);
  expect(
    findPeak(
      filled(5_000, () => 4_000 + 14_000 * random.uniform()),
      FROM,
      WIDTH,
    ),
  ).toBeNull();
});
