import { profileNamed } from '../../actors/sentinel/profiles/profiles.ts';
import { reconstruct } from '../../actors/sentinel/reconstruction/reconstruct.ts';
import { workspaceFor } from '../../actors/sentinel/reconstruction/workspace.ts';
import { calibrationOf } from '../sentinel/compare.ts';
import { pictureJob } from '../sentinel/picture-job.ts';
import { microseconds, type Row, told } from './measured.ts';

/** LIME's sensor is 2304 x 2304, and a picture underground has some 24 tracks and spots. */
const SIZES = [
  [576, 24],
  [1152, 24],
  [2304, 24],
  [2304, 0],
  [2304, 96],
  [2304, 384],
] as const;

/** The reconstruction of a picture by pixels and tracks. */
export function* pictures(): Generator<Row> {
  for (const [side, tracks] of SIZES) {
    const known = profileNamed('lngs-2023');
    if (!known) throw new Error('the profile is not there');
    const profile = { ...known, sensor: { ...known.sensor, rows: side, columns: side } };
    const job = pictureJob(profile, { count: 1, seed: 1, tracks });
    const calibration = calibrationOf(job);
    const workspace = workspaceFor(profile);
    const [picture] = job.pictures;
    if (!picture) throw new Error('no picture was made');
    const made = reconstruct(picture, calibration, workspace);
    yield {
      pixels: `${side} x ${side}`,
      tracks: told(tracks),
      clusters: made.kind === 'spark' ? '-' : told(made.clusters.length),
      points: made.kind === 'spark' ? '-' : told(made.points.count),
      'reconstruction ms': told(microseconds(() => reconstruct(picture, calibration, workspace)) / 1000),
    };
  }
}
