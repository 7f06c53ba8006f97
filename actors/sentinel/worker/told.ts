import type { RecoCluster, RecoPicture } from '../../../protocol/messages/reconstruction.ts';
import type { Cluster } from '../reconstruction/cluster.ts';
import type { Reconstruction } from '../reconstruction/reconstruct.ts';

/** A number as JSON can carry it: what cannot be measured is null. */
export const measured = (value: number): number | null => (Number.isFinite(value) ? value : null);

/** What is told of a picture. */
export function toldPicture(
  camera: number,
  pedestal: { readonly run: number; readonly version: number },
  result: Reconstruction,
): RecoPicture {
  const common = { camera, pedestal_run: pedestal.run, pedestal_version: pedestal.version };
  if (result.kind === 'spark')
    return {
      ...common,
      kind: 'spark',
      cmos_integral: result.counts,
      cmos_mean: null,
      cmos_rms: null,
      nSc: 0,
      lp_len: 0,
      clusters: [],
    };
  const { cmos_integral, cmos_mean, cmos_rms, nSc, lp_len } = result.event;
  return {
    ...common,
    kind: 'picture',
    cmos_integral,
    cmos_mean: measured(cmos_mean),
    cmos_rms: measured(cmos_rms),
    nSc,
    lp_len,
    clusters: result.clusters.map(toldCluster),
  };
}

function toldCluster({ label: _label, ...cluster }: Cluster): RecoCluster {
  return {
    ...cluster,
    sc_theta: measured(cluster.sc_theta),
    sc_lfullrms: measured(cluster.sc_lfullrms),
    sc_tfullrms: measured(cluster.sc_tfullrms),
  };
}
