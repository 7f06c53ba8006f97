/** Position monitors at 121 and before the target, in feet from it; upstream is negative. */
const STATIONS = {
  x: { far: ['E:HP121', -68.04458], near: ['E:HPTGT', -31.25508], intensity: 'E:HITGT' },
  y: { far: ['E:VP121', -66.99283], near: ['E:VPTGT', -30.16533], intensity: 'E:VITGT' },
} as const;

const BATCHES = 6;

/**
 * Where the beam lands, in mm: every batch extrapolated along a straight line through both monitors, weighted by its intensity.
 * @returns NaN without beam, or without both monitors
 */
export function placeOnTarget(valuesOf: (device: string) => readonly number[], axis: 'x' | 'y'): number {
  const { far, near, intensity } = STATIONS[axis];
  const lever = near[1] / (near[1] - far[1]);
  const [upstream, target, beam] = [far[0], near[0], intensity].map(valuesOf);
  const fars = batchesOf(upstream ?? []);
  const nears = batchesOf(target ?? []);
  // A monitor that gives one value only may come without its intensity.
  const shares = beam?.length === 0 && target?.length === 1 ? [1] : batchesOf(beam ?? []);
  let weight = 0;
  let total = 0;
  for (let batch = 0; batch < BATCHES; batch += 1) {
    const share = shares[batch] ?? 0;
    const atTarget = nears[batch] ?? Number.NaN;
    const mm = atTarget + ((fars[batch] ?? Number.NaN) - atTarget) * lever;
    if (!(Number.isFinite(share) && share > 0 && Number.isFinite(mm))) continue;
    weight += share;
    total += share * mm;
  }
  return total / weight;
}

/** Element 0 is a mean over batches that the front end makes, unless it is all there is. */
const batchesOf = (values: readonly number[]): readonly number[] =>
  values.length === 1 ? values : values.slice(1, 1 + BATCHES);
