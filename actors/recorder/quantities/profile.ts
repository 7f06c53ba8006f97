import { median } from '../../../protocol/expression/functions/arrays.ts';

/** Wires of a multiwire, in mm, and where those of a plane begin among its channels (0-based). */
const WIRES = 48;
const PITCH = 0.5;
const FIRST = { x: 103, y: 151 } as const;

/** What stands out above this part of the highest wire is beam. */
const THRESHOLD = 0.2;

/** Spread of what is left of a Gaussian above a fifth of its height, that fifth taken off, as a share of its sigma. */
const TRUNCATED = 0.7216;

/** A highest wire that does not stand out from the others so many times, on so many wires, is no beam. */
const LEAST_CONTRAST = 10;
const LEAST_WIRES = 3;

export interface Profile {
  /** mm from the middle wire. */
  readonly centre: number;
  /** Sigma of a Gaussian, mm. */
  readonly width: number;
}

/** What a plane of a multiwire shows of the beam, by moments; undefined where it shows none. */
export function profileOf(channels: readonly number[], axis: 'x' | 'y'): Profile | undefined {
  const plane = channels.slice(FIRST[axis], FIRST[axis] + WIRES);
  // The signal is negative; dead wires read 0.
  const alive = plane.filter(volt => Number.isFinite(volt) && volt !== 0).map(volt => -volt);
  if (alive.length === 0) return undefined;
  // The median of the wires is what they show without beam.
  const floor = median(alive);
  const light = Array.from({ length: WIRES }, (_, wire) => {
    const volt = plane[wire] ?? 0;
    return Number.isFinite(volt) && volt !== 0 ? -volt - floor : 0;
  });
  const peak = Math.max(...light);
  const weights = light.map(volt => Math.max(volt - THRESHOLD * peak, 0));
  const noise = median(light.map(Math.abs));
  if (!(peak > LEAST_CONTRAST * noise) || weights.filter(weight => weight > 0).length < LEAST_WIRES)
    return undefined;
  const sum = (of: (weight: number, mm: number) => number) =>
    weights.reduce((total, weight, wire) => total + of(weight, PITCH * (wire - (WIRES - 1) / 2)), 0);
  const total = sum(weight => weight);
  const centre = sum((weight, mm) => weight * mm) / total;
  const variance = sum((weight, mm) => weight * (mm - centre) ** 2) / total;
  return { centre, width: Math.sqrt(variance) / TRUNCATED };
}
