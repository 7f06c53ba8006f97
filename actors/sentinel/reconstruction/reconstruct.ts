import { SpillwayError } from '../../../protocol/errors.ts';
import type { Calibration } from './calibration.ts';
import type { Cluster, PictureVariables } from './cluster.ts';
import { clusterPoints } from './cluster-points.ts';
import { macroPicture } from './macro-picture.ts';
import { measureCluster } from './measure-cluster.ts';
import { groupMembers } from './members.ts';
import { reduceNoise } from './noise.ts';
import { findPoints, type Points } from './points.ts';
import { sparkLimit, sumCounts } from './spark.ts';
import type { Workspace } from './workspace.ts';

/** What became of a picture. */
export type Reconstruction =
  | {
      /** Too much light: a discharge of the detector, which is not looked at further (reference C1 step 1). */
      readonly kind: 'spark';
      /** Sum of the raw counts, and what it may be. */
      readonly counts: number;
      readonly limit: number;
    }
  | {
      readonly kind: 'picture';
      readonly event: PictureVariables;
      /** Brightest first. */
      readonly clusters: readonly Cluster[];
      /** The macro-pixels that were clustered, and the label of each; views of the workspace, good until its next picture. */
      readonly points: Points;
      readonly labels: Int32Array;
    };

/**
 * One picture of the camera to its clusters: the steps of reference C1 up to the shapes, without the directional pass, whose
 * fits are drawn at random there. The same picture, pedestal and profile give the same result to the last bit, on every machine and
 * in every order of pictures.
 *
 * @param picture raw counts, row by row of the sensor, as in bank CAM0
 * @throws SpillwayError PICTURE_MALFORMED when the picture is not of the sensor's size.
 */
export function reconstruct(
  picture: Uint16Array,
  calibration: Calibration,
  workspace: Workspace,
): Reconstruction {
  const { profile, scale } = calibration;
  const pixels = profile.sensor.rows * profile.sensor.columns;
  if (picture.length !== pixels) {
    throw new SpillwayError(
      'PICTURE_MALFORMED',
      `a picture of ${picture.length} pixels, ${profile.sensor.rows} x ${profile.sensor.columns} are expected by ${profile.name}`,
    );
  }
  const counts = sumCounts(picture);
  const limit = sparkLimit(profile);
  if (counts > limit) return { kind: 'spark', counts, limit };

  const { rows, columns, points, clustering, labels, members, begins } = workspace;
  const { sum, squares, light, edges } = macroPicture(picture, calibration, workspace);
  reduceNoise(edges, rows, columns, profile.noise);
  findPoints(edges, light, columns, scale, points);
  const found = clusterPoints(points, rows, columns, profile.clustering, clustering, labels);
  groupMembers(labels, points.count, found, members, begins);

  const clusters: Cluster[] = [];
  for (let label = 0; label < found; label++) {
    const own = members.subarray(begins[label], begins[label + 1]);
    if (own.length < profile.clustering.minPoints) continue;
    clusters.push(measureCluster(picture, calibration, points, own, label));
  }
  clusters.sort((a, b) => b.sc_integral - a.sc_integral || a.label - b.label);

  const mean = sum / pixels;
  const event = {
    cmos_integral: sum,
    cmos_mean: mean,
    cmos_rms: Math.sqrt(Math.max(0, squares / pixels - mean * mean)),
    nSc: clusters.length,
    lp_len: points.count,
    pedestal_run: calibration.pedestal.run,
  };
  return { kind: 'picture', event, clusters, points, labels: labels.subarray(0, points.count) };
}
