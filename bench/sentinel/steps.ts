import type { Calibration } from '../../actors/sentinel/reconstruction/calibration.ts';
import { clusterPoints } from '../../actors/sentinel/reconstruction/cluster-points.ts';
import { macroPicture } from '../../actors/sentinel/reconstruction/macro-picture.ts';
import { measureCluster } from '../../actors/sentinel/reconstruction/measure-cluster.ts';
import { groupMembers } from '../../actors/sentinel/reconstruction/members.ts';
import { reduceNoise } from '../../actors/sentinel/reconstruction/noise.ts';
import { findPoints } from '../../actors/sentinel/reconstruction/points.ts';
import { reconstruct } from '../../actors/sentinel/reconstruction/reconstruct.ts';
import { sumCounts } from '../../actors/sentinel/reconstruction/spark.ts';
import type { Workspace } from '../../actors/sentinel/reconstruction/workspace.ts';

/** Milliseconds of processor time: the machine may be busy with other things. */
export function processorMs(work: () => void): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

/** The middle one. */
export const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

/**
 * Each step on its own, for one picture whose earlier steps have been done: in the order in which `reconstruct` takes them. `rows` is
 * zero suppression, median and rebinning, which are made together.
 */
export function stepsOf(
  picture: Uint16Array,
  calibration: Calibration,
  workspace: Workspace,
): Readonly<Record<string, () => void>> {
  const { profile, scale } = calibration;
  const { rows, columns, light, edges, points, labels, members, begins } = workspace;
  let clusters = 0;
  return {
    spark: () => void sumCounts(picture),
    rows: () => void macroPicture(picture, calibration, workspace),
    noise: () => reduceNoise(edges, rows, columns, profile.noise),
    points: () => findPoints(edges, light, columns, scale, points),
    cluster: () => {
      clusters = clusterPoints(points, rows, columns, profile.clustering, workspace.clustering, labels);
    },
    measure: () => {
      groupMembers(labels, points.count, clusters, members, begins);
      for (let label = 0; label < clusters; label++) {
        const own = members.subarray(begins[label], begins[label + 1]);
        if (own.length > 1) measureCluster(picture, calibration, points, own, label);
      }
    },
    whole: () => void reconstruct(picture, calibration, workspace),
  };
}
