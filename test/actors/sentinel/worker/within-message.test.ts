import { expect, test } from 'vitest';
import type { Findings } from '../../../../actors/sentinel/worker/job.ts';
import { withinMessage } from '../../../../actors/sentinel/worker/within-message.ts';
import type { RecoCluster, RecoPicture, RecoWaveform } from '../../../../protocol/messages/reconstruction.ts';

const cluster = (n: number): RecoCluster => ({
  sc_size: 160_000,
  sc_nhits: 123_456,
  sc_integral: 123_456.7 + 1 / 3 - n,
  sc_corrintegral: 123_456 + 1 / 3,
  sc_rms: 37 / 3,
  sc_theta: -37 / 3,
  sc_length: 370 / 3,
  sc_width: 370 / 3,
  sc_lfullrms: 370 / 3,
  sc_tfullrms: 370 / 3,
  sc_xmean: 3704 / 3,
  sc_ymean: 3704 / 3,
  sc_xmin: 1234,
  sc_xmax: 1234,
  sc_ymin: 1234,
  sc_ymax: 1234,
});

const pictureOf = (camera: number, count: number): RecoPicture => ({
  camera,
  kind: 'picture',
  cmos_integral: 1,
  cmos_mean: 1,
  cmos_rms: 1,
  nSc: count,
  lp_len: 100_000,
  pedestal_run: 4,
  pedestal_version: 1,
  clusters: Array.from({ length: count }, (_, n) => cluster(n)),
});

const waveform: RecoWaveform = {
  board: 1742,
  trigger: 127,
  channel: 4,
  sampleNs: 1.333,
  insideExposure: false,
  timeTagNs: 123_456_789.5,
  pmt_wf_baseline: 3704 / 3,
  pmt_wf_RMS: 4 / 3,
  pmt_wf_tot_integral: 37_037 / 3,
  pmt_wf_tot_charge: 37_037 / 3,
  pmt_wf_max_ampl: 3704 / 3,
  pmt_TOT_time: 123,
  pmt_TOT_area: 37_037 / 3,
  peaks: [],
};

const findings = (pictures: RecoPicture[], waveforms = 0): Findings => ({
  pictures,
  waveforms: Array.from({ length: waveforms }, () => waveform),
  warnings: ['the pedestal is old'],
});

const bytesOf = (told: Findings) => Buffer.byteLength(JSON.stringify(told));

test('what fits is told whole', () => {
  const all = findings([pictureOf(0, 1000)], 1024);
  expect(withinMessage(all)).toBe(all);
  expect(bytesOf(all)).toBeGreaterThan(700_000);
});

test('of thousands of clusters the brightest are told, as many as fit, and how many there were', () => {
  const told = withinMessage(findings([pictureOf(0, 10_000)]));
  const [picture] = told.pictures;
  const kept = picture?.clusters.length ?? 0;
  expect(kept).toBeGreaterThan(2000);
  expect(picture).toMatchObject({ nSc: 10_000, clusters: pictureOf(0, kept).clusters });
  expect(told.warnings).toEqual([
    'the pedestal is old',
    `camera 0: of 10000 clusters the ${kept} brightest are told, all that fit`,
  ]);
  expect(bytesOf(told)).toBeLessThan(1_000_000);
});

test('several cameras share the room evenly, and clusters and waveforms take half each where both are too much', () => {
  const told = withinMessage(findings([pictureOf(0, 5000), pictureOf(1, 5000), pictureOf(2, 3)], 4000));
  const [first, second, third] = told.pictures.map(({ clusters }) => clusters.length);
  expect(first).toBe(second);
  expect(third).toBe(3);
  expect(told.waveforms.length).toBeGreaterThan(1000);
  expect(told.warnings.slice(1)).toEqual([
    `camera 0: of 5000 clusters the ${first} brightest are told, all that fit`,
    `camera 1: of 5000 clusters the ${second} brightest are told, all that fit`,
    `of 4000 waveforms the first ${told.waveforms.length} are told, all that fit`,
  ]);
  expect(bytesOf(told)).toBeLessThan(1_000_000);
});

test('few clusters leave their room to the waveforms, and few waveforms to the clusters', () => {
  const manyWaveforms = withinMessage(findings([pictureOf(0, 10)], 10_000));
  expect(manyWaveforms.pictures[0]?.clusters).toHaveLength(10);
  expect(manyWaveforms.waveforms.length).toBeGreaterThan(2200);
  const manyClusters = withinMessage(findings([pictureOf(0, 10_000)], 10));
  expect(manyClusters.waveforms).toHaveLength(10);
  expect(manyClusters.pictures[0]?.clusters.length).toBeGreaterThan(2000);
});
