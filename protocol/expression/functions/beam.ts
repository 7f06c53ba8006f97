import { AlarmStatus } from '../../alarm/severity.ts';
import { type Plain, unusable, type Value } from '../value.ts';
import { asArray, numberAt, type PlainFunction } from './function.ts';

/**
 * Offset (kA) and gain of each horn strip line, of the NOvA era: the current is the sum of (reading + offset) / gain
 * (numi.md 4.3, "derived" row).
 */
const STRIP_LINES = [
  [-0.01, 0.9951],
  [0.14, 0.9957],
  [0.05, 0.9965],
  [0.07, 0.9945],
] as const;

/** kA, of the readings of the four strip lines in their order; NaN where one is missing. */
export const hornCurrent = (lines: readonly number[]): number =>
  STRIP_LINES.reduce(
    (total, [offset, gain], line) => total + ((lines[line] ?? Number.NaN) + offset) / gain,
    0,
  );

/**
 * Position on the target from two stations before it (numi.md 5.2): every batch is extrapolated to z = 0 along a straight
 * line, and the batches are weighted by their intensity. Element 0 is the mean that autotune uses and no batch; where a
 * device has but one value, that value is taken. A batch without intensity has no position.
 */
function extrapolate(given: readonly Plain[]): Value {
  const [upstream, target, intensity] = [asArray(given[0]), asArray(given[1]), asArray(given[4])];
  const [zUpstream, zTarget] = [numberAt(given, 2, Number.NaN), numberAt(given, 3, Number.NaN)];
  if (zUpstream === zTarget)
    return unusable(AlarmStatus.calc, 'extrapolate: both stations stand at one place');
  const shortest = Math.min(upstream.length, target.length, intensity.length);
  const longest = Math.max(upstream.length, target.length, intensity.length);
  if (shortest > 1 && shortest !== longest)
    return unusable(
      AlarmStatus.calc,
      `extrapolate: arrays of ${upstream.length}, ${target.length} and ${intensity.length} values; accepted: equal lengths`,
    );
  let weight = 0;
  let total = 0;
  const batches = shortest === 1 ? [0] : Array.from({ length: longest - 1 }, (_, index) => index + 1);
  for (const batch of batches) {
    const protons = intensity[batch] ?? 0;
    if (protons <= 0) continue;
    const [far, near] = [upstream[batch] ?? Number.NaN, target[batch] ?? Number.NaN];
    weight += protons;
    total += protons * (near + ((near - far) * -zTarget) / (zTarget - zUpstream));
  }
  return weight > 0 ? total / weight : unusable(AlarmStatus.calc, 'extrapolate: no batch has intensity');
}

export const beam: Readonly<Record<string, PlainFunction>> = {
  hornCurrent: {
    usage: 'hornCurrent(a, b, c, d)',
    parameters: ['number', 'number', 'number', 'number'],
    result: 'number',
    call: given => hornCurrent(STRIP_LINES.map((_, line) => numberAt(given, line, Number.NaN))),
  },
  extrapolate: {
    usage: 'extrapolate(upstream, target, zUpstream, zTarget, intensity)',
    parameters: ['numbers', 'numbers', 'number', 'number', 'numbers'],
    result: 'number',
    ownElements: true,
    call: extrapolate,
  },
};
