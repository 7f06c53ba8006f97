import type { SpillNews } from '../../protocol/live.ts';
import type { Status } from './status.ts';

/** Toroids in the order in which they are believed, as the shift overview has them. */
const TOROIDS = ['E:TRTGTD', 'E:TR101D', 'E:TRTGTM', 'E:TR101M'];

/** Horn strip lines with offset (kA) and gain of the NOvA era (numi.md 4.3, "derived" row). */
const STRIP_LINES = [
  ['E:NSLINA', -0.01, 0.9951],
  ['E:NSLINB', 0.14, 0.9957],
  ['E:NSLINC', 0.05, 0.9965],
  ['E:NSLIND', 0.07, 0.9945],
] as const;

/** Protons on target of a spill in 10^12; undefined when no toroid says it. */
export const potOf = ({ values }: Pick<SpillNews, 'values'>): number | undefined =>
  TOROIDS.map(name => values[name]).find(value => value !== undefined);

/** Calibrated sum of the strip lines in kA; undefined when one of them is missing. */
export function hornCurrentOf({ values }: Pick<SpillNews, 'values'>): number | undefined {
  let sum = 0;
  for (const [name, offset, gain] of STRIP_LINES) {
    const value = values[name];
    if (value === undefined) return undefined;
    sum += (value + offset) / gain;
  }
  return sum;
}

/** Below it a spill has no beam (docs/alarms.md, mode beam-on). */
const BEAM_POT = 0.5;

/** The super-cycle has a gap of 6.5 s a minute; beyond this there are no spills. */
const NO_SPILLS_MS = 20_000;

export interface BeamState {
  readonly word: string;
  readonly level: 'good' | 'minor' | 'warn' | 'faint';
}

/** Beam in words, by the same limits as the shift overview. */
export function beamStateOf({ spill, connected }: Status, nowMs: number): BeamState {
  if (!connected) return { word: 'NOT KNOWN', level: 'faint' };
  if (!spill) return { word: 'NO SPILL YET', level: 'faint' };
  if (nowMs - spill.storedAt > NO_SPILLS_MS) return { word: 'NO SPILLS', level: 'warn' };
  return hasBeam(spill) ? { word: 'BEAM', level: 'good' } : { word: 'NO BEAM', level: 'minor' };
}

export const hasBeam = (spill: Pick<SpillNews, 'values'>): boolean => (potOf(spill) ?? 0) >= BEAM_POT;
