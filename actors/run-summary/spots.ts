import type { RecoCluster } from '../../protocol/messages/reconstruction.ts';
import type { SpotCuts } from './config.ts';

/** Bins of the histogram, of equal width: CYGNO's analyzer has 60 over the same range (cygno.md A10). */
export const BINS = 70;

/** Counts by bin of `sc_integral`, from `cuts.integral.from` to `cuts.integral.to`. */
export type Histogram = readonly number[];

export const emptyHistogram = (): number[] => Array.from({ length: BINS }, () => 0);

export const binWidth = ({ integral }: SpotCuts): number => (integral.to - integral.from) / BINS;

/** The bin that a cluster falls into; undefined when it is not taken for a spot of iron-55. */
export function binOf(cluster: RecoCluster, cuts: SpotCuts): number | undefined {
  const { integral, length, roundness, centre, radius } = cuts;
  const { sc_integral, sc_length, sc_width, sc_xmean, sc_ymean } = cluster;
  if (sc_length < length.from || sc_length >= length.to) return undefined;
  if (sc_width < roundness * sc_length) return undefined;
  if (Math.hypot(sc_xmean - centre.x, sc_ymean - centre.y) > radius) return undefined;
  if (sc_integral < integral.from || sc_integral >= integral.to) return undefined;
  return Math.floor((sc_integral - integral.from) / binWidth(cuts));
}
