/** When a waveform is above a threshold, `begin` included and `end` not, samples, and the sum of the samples between. */
export interface OverThreshold {
  readonly begin: number;
  readonly end: number;
  readonly area: number;
}

/** Samples in a row that must be above for a signal to begin, and below for it to end (reference C4). */
const TO_BEGIN = 10;
const TO_END = 5;

/**
 * Time over threshold (reference C4): the signal begins once ten samples in a row were above, and ends once five in a row were
 * below; one that does not end lasts to the last sample; no signal is from 0 to 0.
 *
 * As in the experiment's own, both ends lie one sample before the first above and the first below: the time is right, the area
 * has one sample of the rising edge too many and one of the falling edge too few.
 */
export function timeOverThreshold(samples: Float64Array, threshold: number): OverThreshold {
  const lastToBegin = endOfStretch(samples, 0, TO_BEGIN, sample => sample > threshold);
  if (lastToBegin === undefined) return { begin: 0, end: 0, area: 0 };
  const begin = Math.max(0, lastToBegin - TO_BEGIN);
  const lastToEnd = endOfStretch(samples, lastToBegin + 1, TO_END, sample => sample < threshold);
  const end = lastToEnd === undefined ? samples.length : lastToEnd - TO_END;
  let area = 0;
  for (let at = begin; at < end; at++) area += samples[at] as number;
  return { begin, end, area };
}

/** The last sample of the first stretch of so many in a row that hold. */
function endOfStretch(
  samples: Float64Array,
  from: number,
  length: number,
  holds: (sample: number) => boolean,
): number | undefined {
  let inARow = 0;
  for (let at = from; at < samples.length; at++) {
    inARow = holds(samples[at] as number) ? inARow + 1 : 0;
    if (inARow === length) return at;
  }
  return undefined;
}
