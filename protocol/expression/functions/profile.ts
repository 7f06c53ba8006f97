import { AlarmStatus } from '../../alarm/severity.ts';
import { type Plain, unusable, type Value } from '../value.ts';
import { beyondEnd } from './arrays.ts';
import { asArray, type KnownArgument, numberAt, type PlainFunction } from './function.ts';
import { FIT_STEPS, fitGaussian, type GaussianFit } from './gaussian-fit.ts';

/** Wires of one plane of a NuMI multiwire and their distance in mm (numi.md 4.3 and 5.2). */
const WIRES = 48;
const PITCH = 0.5;

/** What moments take into account: channels above this part of the highest (numi.md 5.2). */
const MOMENT_THRESHOLD = 0.2;

/** A peak lower than this many times what the fit leaves over is noise: a ghost spill has no width. */
const LEAST_PEAK = 5;

interface Profile {
  /** Positions in mm, 0 in the middle. */
  readonly x: number[];
  /** Signal turned upright: the front end gives it negative. */
  readonly y: number[];
  readonly pitch: number;
}

interface Layout {
  readonly first: number;
  readonly wires: number;
  readonly pitch: number;
}

const layoutOf = (given: readonly Plain[]): Layout => ({
  first: numberAt(given, 1, 0),
  wires: numberAt(given, 2, WIRES),
  pitch: numberAt(given, 3, PITCH),
});

/** The channels that have a signal: a dead wire reads exactly 0. */
function profileOf(wires: readonly number[], pitch: number): Profile {
  const profile: Profile = { x: [], y: [], pitch };
  for (const [wire, signal] of wires.entries()) {
    if (signal === 0) continue;
    profile.x.push(pitch * (wire - (wires.length - 1) / 2));
    profile.y.push(-signal);
  }
  return profile;
}

function check([array, first, wires]: readonly KnownArgument[]): string | undefined {
  if (first !== undefined && typeof first.constant !== 'number') return undefined;
  if (wires !== undefined && typeof wires.constant !== 'number') return undefined;
  return beyondEnd(array, Number(first?.constant ?? 0), Number(wires?.constant ?? WIRES));
}

const ofProfile = (
  name: string,
  operationsPerWire: number,
  call: (profile: Profile) => Value,
): PlainFunction => ({
  usage: `${name}(profile, firstWire = 0, wires = ${WIRES}, pitch = ${PITCH})`,
  parameters: ['array', 'number', 'number', 'number'],
  optional: 3,
  result: 'number',
  ownElements: true,
  check,
  cost: given => numberAt(given, 2, WIRES) * operationsPerWire,
  call: given => {
    const array = asArray(given[0]);
    const layout = layoutOf(given);
    const problem = beyondEnd({ length: array.length }, layout.first, layout.wires);
    if (problem) return unusable(AlarmStatus.calc, `${name}: ${problem}`);
    const wires = array.slice(layout.first, layout.first + layout.wires);
    const bad = wires.findIndex(signal => !Number.isFinite(signal));
    if (bad >= 0) return unusable(AlarmStatus.calc, `${name}: wire ${bad} is ${wires[bad]}`);
    return call(profileOf(wires, layout.pitch));
  },
});

/** A fit that found a peak among the wires; undefined when there is none. */
function peakOf({ x, y, pitch }: Profile): GaussianFit | undefined {
  const fit = fitGaussian(x, y);
  if (!fit) return undefined;
  const span = (x.at(-1) ?? 0) - (x[0] ?? 0);
  const inside = fit.centre >= (x[0] ?? 0) && fit.centre <= (x.at(-1) ?? 0);
  // Narrower than half the way to the next wire it is a spike on one.
  const wide = fit.sigma >= pitch / 2 && fit.sigma <= span;
  return inside && wide && fit.amplitude > LEAST_PEAK * fit.residual ? fit : undefined;
}

function momentWidth({ x, y }: Profile): number {
  const threshold = MOMENT_THRESHOLD * y.reduce((a, b) => Math.max(a, b), 0);
  let weight = 0;
  let first = 0;
  let second = 0;
  for (const [wire, signal] of y.entries()) {
    const position = x[wire] ?? 0;
    if (signal <= threshold) continue;
    weight += signal;
    first += signal * position;
    second += signal * position * position;
  }
  return weight > 0 ? Math.sqrt(Math.max(0, second / weight - (first / weight) ** 2)) : Number.NaN;
}

const orNoPeak = (value: number | undefined): Value =>
  value === undefined || Number.isNaN(value)
    ? unusable(AlarmStatus.calc, 'the profile shows no peak')
    : value;

export const profiles: Readonly<Record<string, PlainFunction>> = {
  /** Sigma in the unit of the pitch. */
  gaussianWidth: ofProfile('gaussianWidth', FIT_STEPS * 30, profile => orNoPeak(peakOf(profile)?.sigma)),
  gaussianCentre: ofProfile('gaussianCentre', FIT_STEPS * 30, profile => orNoPeak(peakOf(profile)?.centre)),
  /**
   * Width by moments, for profiles that are no Gaussian. What the threshold cuts off is missing in it: 0.83 sigma of a
   * true Gaussian.
   */
  momentWidth: ofProfile('momentWidth', 10, profile => orNoPeak(momentWidth(profile))),
};
