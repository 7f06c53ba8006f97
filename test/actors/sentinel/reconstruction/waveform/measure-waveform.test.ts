import { expect, test } from 'vitest';
import {
  FAST_PMT,
  measureWaveform,
} from '../../../../../actors/sentinel/reconstruction/waveform/measure-waveform.ts';

/** Alternates around 3,500 counts, with a fall of 400 from 300 to 359. */
const pulse = Uint16Array.from(
  { length: 1024 },
  (_, at) => (at >= 300 && at < 360 ? 3100 : 3500) + (at % 2 ? 1 : -1),
);

test('a pulse of light is a peak above 0, though the voltage falls', () => {
  const measured = measureWaveform(pulse, FAST_PMT);
  expect(measured.pmt_wf_baseline).toBe(3500);
  expect(measured.pmt_wf_RMS).toBeCloseTo(0.2, 12);
  expect(measured.pmt_wf_max_ampl).toBeCloseTo(400.2, 9);
  expect(measured.pmt_wf_tot_integral).toBeCloseTo(60 * 400, 0);
  expect(measured.pmt_wf_tot_charge).toBeCloseTo((measured.pmt_wf_tot_integral * 4) / 150, 9);
  expect(measured.pmt_TOT_time).toBe(64);
  expect(measured.peaks.length).toBeGreaterThan(0);
});

test('the moving average ends in zeros, for too few samples are left', () => {
  const flat = new Uint16Array(1024).fill(3500);
  flat.fill(3400, 1020);
  expect(measureWaveform(flat, FAST_PMT).pmt_wf_tot_integral).toBeCloseTo((1 + 2 + 3 + 4) * 20, 9);
});
