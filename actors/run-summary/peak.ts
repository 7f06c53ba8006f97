import type { RunSummary } from '../../protocol/messages/run-summary.ts';
import type { Histogram } from './spots.ts';

type Peak = NonNullable<RunSummary['lightYield']>;

/** The window reaches so many standard deviations to both sides of the peak. */
const REACH = 1.5;

/**
 * Variance of a standard Gaussian cut off at both sides there: 1 - 2 k phi(k) / (2 Phi(k) - 1). A mean over the window moves by what
 * is missing to 1 when the window moves by 1, which is why the same number stands in the error too.
 */
const VARIANCE = 0.551523;

/** Fewer spots than this in the window are no peak, and neither is something wider than this part of its place. */
const LEAST = 30;
const WIDEST = 0.4;

/** The window settles within a few; two windows may follow each other for ever where a spot lies on the edge. */
const ROUNDS = 50;

/**
 * Place, error and width of the peak of a histogram, by the iterated truncated mean: mean and standard deviation of what lies within
 * 1.5 standard deviations of the peak, corrected for what is cut off, until the window stays where it is. Needs no start values and
 * no fit that might not settle; what lies beside the peak (recoils, two spots in one cluster) does not pull it. Of whole numbers and in a
 * fixed order, so that equal histograms give the same bits.
 *
 * The error is that of the mean over the window, times 1 / 0.55 for the window that follows it: sigma / sqrt(0.55 n).
 * @param from lower edge of the first bin
 */
export function findPeak(histogram: Histogram, from: number, width: number): Peak | null {
  const middle = (bin: number) => from + (bin + 0.5) * width;
  let centre = middle(quantile(histogram, 0.5));
  // The quartiles of a Gaussian are 1.349 standard deviations apart.
  let sigma = Math.max(width, ((quantile(histogram, 0.75) - quantile(histogram, 0.25)) * width) / 1.349);
  let window: readonly [number, number] = [-1, -1];
  let spots = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const low = Math.max(0, Math.ceil((centre - REACH * sigma - from) / width - 0.5));
    const high = Math.min(histogram.length - 1, Math.floor((centre + REACH * sigma - from) / width - 0.5));
    if (low === window[0] && high === window[1]) break;
    window = [low, high];
    const { count, mean, variance } = moments(histogram, low, high);
    spots = count;
    if (count < LEAST) return null;
    centre = middle(mean);
    sigma = width * Math.sqrt(variance / VARIANCE);
  }
  if (!(sigma > 0) || sigma > WIDEST * centre) return null;
  return { peak: centre, error: sigma / Math.sqrt(VARIANCE * spots), sigma, spots };
}

/** The first bin at which so many of all counts are reached. */
function quantile(histogram: Histogram, share: number): number {
  const wanted = share * histogram.reduce((sum, count) => sum + count, 0);
  let sum = 0;
  return Math.max(
    0,
    histogram.findIndex(count => (sum += count) >= wanted),
  );
}

/** In bins. */
function moments(histogram: Histogram, low: number, high: number) {
  let [count, sum, squares] = [0, 0, 0];
  for (let bin = low; bin <= high; bin++) {
    const here = histogram[bin] ?? 0;
    count += here;
    sum += here * bin;
    squares += here * bin * bin;
  }
  return { count, mean: sum / count, variance: (count * squares - sum * sum) / (count * count) };
}
