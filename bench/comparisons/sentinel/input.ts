import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Profile } from '../../../actors/sentinel/profiles/profile.ts';
import type { Calibration } from '../../../actors/sentinel/reconstruction/calibration.ts';
import type { VignettingMap } from '../../../actors/sentinel/reconstruction/vignetting.ts';
import { calibrationOf } from '../../sentinel/compare.ts';

/** What is reconstructed: files of raw little-endian 16-bit pixels, beside the job. */
export interface PictureJob<Picture = string> {
  readonly profile: Profile;
  readonly pedestal: readonly Picture[];
  readonly pictures: readonly Picture[];
  readonly vignetting: VignettingMap;
  /** Names of the variables that answers tell. */
  readonly variables: { readonly event: readonly string[]; readonly cluster: readonly string[] };
}

export const VARIABLES = {
  event: ['cmos_integral', 'cmos_mean', 'cmos_rms', 'nSc', 'lp_len'],
  cluster: [
    'sc_size',
    'sc_nhits',
    'sc_integral',
    'sc_corrintegral',
    'sc_rms',
    'sc_theta',
    'sc_length',
    'sc_width',
    'sc_lfullrms',
    'sc_tfullrms',
    'sc_xmean',
    'sc_ymean',
    'sc_xmin',
    'sc_xmax',
    'sc_ymin',
    'sc_ymax',
  ],
};

/** The job that a file describes, with its pictures in shared memory, and its calibration. */
export function readJob(path: string): {
  readonly job: PictureJob<Uint16Array<SharedArrayBuffer>>;
  readonly calibration: Calibration;
} {
  const named = JSON.parse(readFileSync(path, 'utf8')) as PictureJob;
  const read = (name: string) => {
    const bytes = readFileSync(join(dirname(path), name));
    const shared = new Uint8Array(new SharedArrayBuffer(bytes.length));
    shared.set(bytes);
    return new Uint16Array(shared.buffer);
  };
  const job = { ...named, pedestal: named.pedestal.map(read), pictures: named.pictures.map(read) };
  return { job, calibration: calibrationOf(job) };
}
