import { findPeaks, type Peak } from './find-peaks.ts';
import { timeOverThreshold } from './time-over-threshold.ts';

/** How waveforms of one kind of board are measured. */
export interface WaveformSettings {
  /** Samples at the begin in which there is no signal yet: 100 of a fast board, 400 of a slow one (reference C4). */
  readonly baselineSamples: number;
  /** Samples of the moving average. */
  readonly average: number;
  /** Least height of a peak, and the threshold of the time over threshold, RMS. */
  readonly sigmas: number;
  /** Least prominence of a peak, as a part of the highest sample. */
  readonly prominence: number;
  /** Least width of a peak at half its prominence, samples. */
  readonly width: number;
}

const common = { average: 5, sigmas: 5, prominence: 0.25, width: 5 } as const;

/** Photomultipliers at the fast board (V1742, 1024 samples) and the slow one (V1720, 4000 samples), reference C4. */
export const FAST_PMT: WaveformSettings = { ...common, baselineSamples: 100 };
export const SLOW_PMT: WaveformSettings = { ...common, baselineSamples: 400 };

/**
 * What is measured of the waveform of a photomultiplier, under the experiment's names (reference C4). Heights are ADC counts below the
 * baseline, for light makes the voltage fall; times are samples.
 */
export interface WaveformVariables {
  /** Mean of the first samples as recorded, ADC counts. */
  readonly pmt_wf_baseline: number;
  /** Standard deviation (n) of the first samples after the moving average. */
  readonly pmt_wf_RMS: number;
  /** Sum of all samples, and the same as charge: times 4/3 (ns a sample) over 50 (ohm). */
  readonly pmt_wf_tot_integral: number;
  readonly pmt_wf_tot_charge: number;
  /** Highest sample. */
  readonly pmt_wf_max_ampl: number;
  readonly pmt_TOT_time: number;
  readonly pmt_TOT_area: number;
  readonly peaks: readonly Peak[];
}

/** Baseline off, upside down, averaged; then measured (reference C4). `samples` are more than `baselineSamples`. */
export function measureWaveform(samples: ArrayLike<number>, settings: WaveformSettings): WaveformVariables {
  const { baselineSamples, sigmas, prominence, width } = settings;
  const baseline = mean(samples, baselineSamples);
  const signal = averaged(samples, baseline, settings.average);
  const rms = deviation(signal, baselineSamples);
  let integral = 0;
  let highest = -Infinity;
  for (const sample of signal) {
    integral += sample;
    if (sample > highest) highest = sample;
  }
  const over = timeOverThreshold(signal, sigmas * rms);
  return {
    pmt_wf_baseline: baseline,
    pmt_wf_RMS: rms,
    pmt_wf_tot_integral: integral,
    pmt_wf_tot_charge: (integral * (4 / 3)) / 50,
    pmt_wf_max_ampl: highest,
    pmt_TOT_time: over.end - over.begin,
    pmt_TOT_area: over.area,
    peaks: findPeaks(signal, { height: sigmas * rms, prominence: prominence * highest, width }),
  };
}

/**
 * Sample k is the mean of samples k to k + width - 1 below the baseline; the last ones, for which too few are left, are 0. The
 * experiment's own average does the same: a mean of the samples before, shifted so that no sample is missing at the begin.
 */
function averaged(samples: ArrayLike<number>, baseline: number, width: number): Float64Array {
  const signal = new Float64Array(samples.length);
  for (let at = 0; at + width <= samples.length; at++) {
    let sum = 0;
    for (let next = at; next < at + width; next++) sum += samples[next] as number;
    // The sum is a whole number, so that a flat top stays flat to the last bit.
    signal[at] = baseline - sum / width;
  }
  return signal;
}

function mean(samples: ArrayLike<number>, count: number): number {
  let sum = 0;
  for (let at = 0; at < count; at++) sum += samples[at] as number;
  return sum / count;
}

function deviation(samples: Float64Array, count: number): number {
  const middle = mean(samples, count);
  let squares = 0;
  for (let at = 0; at < count; at++) {
    const difference = (samples[at] as number) - middle;
    squares += difference * difference;
  }
  return Math.sqrt(squares / count);
}
