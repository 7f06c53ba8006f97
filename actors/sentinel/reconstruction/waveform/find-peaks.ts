/** A peak of a waveform. Places and widths are samples, heights what the waveform is in. */
export interface Peak {
  readonly position: number;
  readonly height: number;
  /** How far it rises above the higher of the two valleys beside it. */
  readonly prominence: number;
  /** Width at half and at 95 % of its prominence below the top, between samples by straight lines. */
  readonly halfWidth: number;
  readonly fullWidth: number;
}

/** Peaks in their order, those at least so high, so prominent and so wide at half their prominence: SciPy's `find_peaks`. */
export function findPeaks(
  samples: Float64Array,
  {
    height,
    prominence,
    width,
  }: { readonly height: number; readonly prominence: number; readonly width: number },
): Peak[] {
  const peaks: Peak[] = [];
  for (const position of summits(samples)) {
    const top = samples[position] as number;
    if (top < height) continue;
    const base = valleys(samples, position);
    if (base.prominence < prominence) continue;
    const halfWidth = widthAt(samples, position, top - base.prominence * 0.5, base);
    if (halfWidth < width) continue;
    const fullWidth = widthAt(samples, position, top - base.prominence * 0.95, base);
    peaks.push({ position, height: top, prominence: base.prominence, halfWidth, fullWidth });
  }
  return peaks;
}

/** Samples higher than what is on both sides; of a flat top the middle one, the earlier of two. */
function* summits(samples: Float64Array): Generator<number> {
  for (let at = 1; at < samples.length - 1; at++) {
    const value = samples[at] as number;
    if (!((samples[at - 1] as number) < value)) continue;
    let end = at;
    while (end < samples.length - 1 && samples[end + 1] === value) end++;
    if (end < samples.length - 1 && (samples[end + 1] as number) < value) yield (at + end) >> 1;
    at = end;
  }
}

interface Valleys {
  readonly prominence: number;
  /** Lowest sample on each side before the waveform is higher than the peak. */
  readonly left: number;
  readonly right: number;
}

function valleys(samples: Float64Array, peak: number): Valleys {
  const top = samples[peak] as number;
  const left = valley(samples, peak, -1);
  const right = valley(samples, peak, 1);
  return { prominence: top - Math.max(samples[left] as number, samples[right] as number), left, right };
}

function valley(samples: Float64Array, peak: number, step: 1 | -1): number {
  const top = samples[peak] as number;
  let lowest = peak;
  for (let at = peak; at >= 0 && at < samples.length && (samples[at] as number) <= top; at += step) {
    if ((samples[at] as number) < (samples[lowest] as number)) lowest = at;
  }
  return lowest;
}

function widthAt(samples: Float64Array, peak: number, level: number, { left, right }: Valleys): number {
  return crossing(samples, peak, right, 1, level) - crossing(samples, peak, left, -1, level);
}

/** Where the waveform comes down to a level on one side, not beyond the valley there. */
function crossing(
  samples: Float64Array,
  peak: number,
  valleyAt: number,
  step: 1 | -1,
  level: number,
): number {
  let at = peak;
  while (at !== valleyAt && level < (samples[at] as number)) at += step;
  const value = samples[at] as number;
  if (value >= level) return at;
  const before = samples[at - step] as number;
  return at - (step * (level - value)) / (before - value);
}
