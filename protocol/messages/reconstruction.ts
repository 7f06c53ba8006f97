import { z } from 'zod';
import { decodeJson, encodeJson, type MessageType } from '../message.ts';
import { subjects } from '../subjects.ts';
import { EventTime } from '../time.ts';
import { EventIdentity, RunOfEvent } from './raw-event.ts';

const TYPE = 'reconstruction/1';

const number = z.number();
const count = z.int().min(0);
/** NaN, which JSON has not, stands as null. */
const measured = z.number().nullable();

/** A cluster under the experiment's names (cygno.md C3): pixels at full resolution, counts, degrees. */
const Cluster = z.strictObject({
  sc_size: count,
  sc_nhits: count,
  sc_integral: number,
  sc_corrintegral: number,
  sc_rms: number,
  sc_theta: measured,
  sc_length: number,
  sc_width: number,
  sc_lfullrms: measured,
  sc_tfullrms: measured,
  sc_xmean: number,
  sc_ymean: number,
  sc_xmin: count,
  sc_xmax: count,
  sc_ymin: count,
  sc_ymax: count,
});
export type RecoCluster = z.infer<typeof Cluster>;

const Picture = z.strictObject({
  camera: z.int().min(0).max(9),
  /** `spark`: too much light, nothing further was made of it (cygno.md C1 step 1). */
  kind: z.enum(['picture', 'spark']),
  cmos_integral: number.describe('of a spark: the sum of raw counts'),
  cmos_mean: measured,
  cmos_rms: measured,
  nSc: count,
  lp_len: count,
  pedestal_run: z.int().min(0),
  pedestal_version: z.int().min(1),
  /** Brightest first. */
  clusters: z.array(Cluster),
});
export type RecoPicture = z.infer<typeof Picture>;

const Peak = z.strictObject({
  position: number,
  height: number,
  prominence: number,
  halfWidth: number,
  fullWidth: number,
});

/** A waveform under the experiment's names (cygno.md C4): ADC counts and samples. */
const Waveform = z.strictObject({
  board: z.int().describe('CAEN model'),
  trigger: count,
  channel: count,
  sampleNs: measured,
  insideExposure: z.boolean().nullable(),
  timeTagNs: measured,
  pmt_wf_baseline: number,
  pmt_wf_RMS: number,
  pmt_wf_tot_integral: number,
  pmt_wf_tot_charge: number,
  pmt_wf_max_ampl: number,
  pmt_TOT_time: number,
  pmt_TOT_area: number,
  peaks: z.array(Peak),
});
export type RecoWaveform = z.infer<typeof Waveform>;

export const Reconstruction = z.strictObject({
  ...EventIdentity,
  time: EventTime,
  runOf: RunOfEvent,
  outcome: z
    .enum(['reconstructed', 'sampled-out', 'no-picture'])
    .describe('sampled-out: not looked at, by the stated rule, to keep up; it counts all the same'),
  reason: z.string().describe('of an outcome that is not `reconstructed`; else empty'),
  pictures: z.array(Picture),
  waveforms: z.array(Waveform),
  warnings: z.array(z.string()).describe('e.g. that the pedestal is old'),
  provenance: z.strictObject({
    profile: z.string().min(1),
    code: z.string().min(1).describe('version of Spillway'),
    body: z.string().describe('digest of the event, sha256:...'),
    vignetting: z.string().optional().describe('digest of the map of light, sha256:...; none without one'),
  }),
});

/** What was made of one event. Equal events, pedestals and profiles give equal ones to the last bit. */
export type Reconstruction = z.infer<typeof Reconstruction>;

export const reconstruction: MessageType<Reconstruction> = {
  type: TYPE,
  stream: 'RECO',
  unique: true,
  subject: (experiment, body) => subjects.reconstruction(experiment, body),
  identity: body => `${body.site}:${body.detector}:${body.run}:${body.equipment}:${body.serial}~${body.copy}`,
  time: body => body.time,
  encode: encodeJson,
  decode: bytes => decodeJson(TYPE, Reconstruction, bytes),
};
